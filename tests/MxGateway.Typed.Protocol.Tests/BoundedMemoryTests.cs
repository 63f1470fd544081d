using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

/// <summary>Whatever the peer sends, what is kept of it is bounded.</summary>
public sealed class BoundedMemoryTests
{
    private const int Many = 1024 * 1024;

    private const byte EndHeaders = 4;

    [Fact]
    public async Task One_huge_header_is_refused()
    {
        await using ScriptedHttp2Server server = Script.Server((connection, stream) => SendBlockAsync(connection, stream, [(":status", "200"), ("x-huge", new string('x', Many))]));
        await BrokenAsync(server);
    }

    // Whether the call or the connection fails is a race: the rest of the block is on its way when the call is given up.
    [Fact]
    public async Task Very_many_small_headers_are_refused()
    {
        await using ScriptedHttp2Server server = Script.Server((connection, stream) =>
            SendBlockAsync(connection, stream, [(":status", "200"), .. Enumerable.Range(0, 50_000).Select(i => ($"x-{i}", "y"))]));
        GrpcException failure = await Script.FailureAsync(server);
        Assert.True(failure.Code is GrpcStatusCode.ResourceExhausted or GrpcStatusCode.Unavailable, failure.ToString());
    }

    [Fact]
    public async Task A_few_bytes_that_stand_for_very_many_headers_are_refused()
    {
        // One header of 3,000 bytes that the client remembers, then a byte for each time that it stands again.
        byte[] remembered = ScriptedHttp2Connection.HeaderBlock(("x-bomb", new string('x', 3000)));
        remembered[0] = 0x40;
        byte[] again = [.. Enumerable.Repeat((byte)0xBE, 10_000)];
        await using ScriptedHttp2Server server = Script.Server((connection, stream) =>
            connection.FrameAsync(Http2FrameType.Headers, EndHeaders, stream, (byte[])[.. ScriptedHttp2Connection.HeaderBlock((":status", "200")), .. remembered, .. again]));
        await RefusedAsync(server);
    }

    [Fact]
    public async Task Huge_trailers_are_refused()
    {
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            await connection.AcceptAsync(stream);
            await connection.DataAsync(stream, Script.Frame(Script.Reply));
            await SendBlockAsync(connection, stream, [("grpc-status", "0"), ("x-huge", new string('x', Many))]);
        });
        await BrokenAsync(server);
    }

    [Fact]
    public async Task A_huge_status_message_is_refused_and_a_large_one_is_not()
    {
        await using ScriptedHttp2Server huge = Script.Server((connection, stream) => SendStatusAsync(connection, stream, Many));
        await BrokenAsync(huge);

        await using ScriptedHttp2Server large = Script.Server((connection, stream) => SendStatusAsync(connection, stream, 8000));
        GrpcException failure = await Script.FailureAsync(large);
        Assert.Equal((GrpcStatusCode.NotFound, 8000), (failure.Code, failure.Status.Detail.Length));
    }

    [Fact]
    public async Task Interim_answers_without_end_are_refused()
    {
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            while (true)
                await connection.HeadersAsync(stream, false, (":status", "103"), ("link", new string('x', 1000)));
        });
        await RefusedAsync(server);
    }

    [Fact]
    public async Task Very_many_empty_frames_are_passed_over()
    {
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            await connection.AcceptAsync(stream);
            for (int i = 0; i < 50_000; i++)
                await connection.DataAsync(stream, ReadOnlyMemory<byte>.Empty);
            await connection.DataAsync(stream, Script.Frame(Script.Reply));
            await connection.HeadersAsync(stream, true, ("grpc-status", "0"));
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal(Script.Reply, await transport.CallAsync());
    }

    [Fact]
    public async Task A_message_that_comes_byte_by_byte_is_one_message()
    {
        byte[] frame = Script.Frame(Script.Reply);
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            await connection.AcceptAsync(stream);
            for (int i = 0; i < frame.Length; i++)
                await connection.DataAsync(stream, frame.AsMemory(i, 1));
            await connection.HeadersAsync(stream, true, ("grpc-status", "0"));
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal(Script.Reply, await transport.CallAsync());
    }

    [Fact]
    public async Task A_reader_that_pauses_makes_the_server_wait_and_goes_on_where_it_stopped()
    {
        // As much as fits into no window that HTTP/2 begins with; the server sends no more than the client allows.
        const int Total = 4 * 1024 * 1024;
        var stalledAt = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] frame = Script.Frame(new MxEvent { WorkerSequence = 1, Value = new() { StringValue = new string('x', 1000) } });
        int count = Total / frame.Length;
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            await connection.AcceptAsync(stream);
            await connection.DataAsync(stream, frame);
            for (int sent = 1; sent < count; sent++)
            {
                if (connection.Window(stream) < frame.Length && !stalledAt.Task.IsCompleted)
                {
                    // The client has dealt with all of it, and allows no more: so it stays until someone reads.
                    await connection.RoundTripAsync();
                    if (connection.Window(stream) < frame.Length)
                        stalledAt.SetResult(sent * frame.Length);
                }

                await connection.WindowAsync(stream, frame.Length);
                await connection.DataAsync(stream, frame);
            }

            await connection.HeadersAsync(stream, true, ("grpc-status", "0"));
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await using IGrpcStream<MxEvent> stream = transport.Events();

        Assert.True(await stream.MoveNextAsync(default));
        Assert.InRange(await stalledAt.Task, frame.Length, 256 * 1024);

        int read = 1;
        while (await stream.MoveNextAsync(default))
            read++;
        Assert.Equal(count, read);
    }

    private static Task SendStatusAsync(ScriptedHttp2Connection connection, int stream, int length) =>
        SendBlockAsync(connection, stream, [(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "5"), ("grpc-message", new string('x', length))]);

    /// <summary>Sends a last header block that may need many frames.</summary>
    private static async Task SendBlockAsync(ScriptedHttp2Connection connection, int stream, IEnumerable<(string, string)> headers)
    {
        const byte EndStream = 1;
        byte[][] parts = [.. ScriptedHttp2Connection.HeaderBlock(headers).Chunk(16000)];
        for (int i = 0; i < parts.Length; i++)
        {
            byte flags = (byte)((i == 0 ? EndStream : 0) | (i == parts.Length - 1 ? EndHeaders : 0));
            await connection.FrameAsync(i == 0 ? Http2FrameType.Headers : Http2FrameType.Continuation, flags, stream, parts[i]);
        }
    }

    // More headers than are taken fail the call.
    private static Task RefusedAsync(ScriptedHttp2Server server) => FailsAsync(server, GrpcStatusCode.ResourceExhausted, "larger than 64 KiB");

    // One header that is larger than all may be leaves its reader no way to find the next one: that fails the connection.
    private static Task BrokenAsync(ScriptedHttp2Server server) => FailsAsync(server, GrpcStatusCode.Unavailable, "exceeded the set limit of 65536 bytes");

    private static async Task FailsAsync(ScriptedHttp2Server server, GrpcStatusCode code, string words)
    {
        GrpcException failure = await Script.FailureAsync(server);
        Assert.True(failure.Code == code, failure.ToString());
        Assert.Contains(words, failure.Message);
        Assert.InRange(failure.ToString().Length, 0, 20_000);
    }
}
