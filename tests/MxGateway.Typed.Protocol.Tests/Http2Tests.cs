using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

/// <summary>How HTTP/2's own ways to end a call or a connection reach the caller. The frames are written by hand.</summary>
public sealed class Http2Tests
{
    private const uint NoError = 0, ProtocolError = 1, RefusedStream = 7, EnhanceYourCalm = 11;

    public static TheoryData<uint, GrpcStatusCode, string> Resets => new()
    {
        { 0, GrpcStatusCode.Internal, "NO_ERROR" },
        { 1, GrpcStatusCode.Internal, "PROTOCOL_ERROR" },
        { 2, GrpcStatusCode.Internal, "INTERNAL_ERROR" },
        { 3, GrpcStatusCode.Internal, "FLOW_CONTROL_ERROR" },
        { 4, GrpcStatusCode.Internal, "SETTINGS_TIMEOUT" },
        { 5, GrpcStatusCode.Unknown, "STREAM_CLOSED" },
        { 6, GrpcStatusCode.Internal, "FRAME_SIZE_ERROR" },
        { 7, GrpcStatusCode.Unavailable, "REFUSED_STREAM" },
        { 8, GrpcStatusCode.Cancelled, "cancelled the call" },
        { 9, GrpcStatusCode.Internal, "COMPRESSION_ERROR" },
        { 10, GrpcStatusCode.Internal, "CONNECT_ERROR" },
        { 11, GrpcStatusCode.ResourceExhausted, "ENHANCE_YOUR_CALM" },
        { 12, GrpcStatusCode.PermissionDenied, "INADEQUATE_SECURITY" },
        { 13, GrpcStatusCode.Unknown, "HTTP_1_1_REQUIRED" },
        { 14, GrpcStatusCode.Unknown, "error 14" },
        { uint.MaxValue, GrpcStatusCode.Unknown, "error 4294967295" },
    };

    [Theory]
    [MemberData(nameof(Resets))]
    public async Task A_call_that_is_reset_after_its_headers(uint error, GrpcStatusCode code, string words)
    {
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            await connection.AcceptAsync(stream);
            await connection.ResetAsync(stream, error);
        });
        GrpcException failure = await Script.FailureAsync(server);
        Assert.Equal(code, failure.Code);
        Assert.Contains(words, failure.Message);
        Assert.Contains(server.Endpoint.ToString(), failure.Message);
    }

    [Theory]
    [MemberData(nameof(Resets))]
    public async Task A_call_that_is_reset_without_headers(uint error, GrpcStatusCode code, string words)
    {
        await using var server = new ScriptedHttp2Server(async connection =>
        {
            // A refused call may be sent again by HTTP/2 itself: nothing has looked at it.
            while (true)
                await connection.ResetAsync(await connection.RequestAsync(), error);
        });
        GrpcException failure = await Script.FailureAsync(server);
        Assert.Equal(code, failure.Code);
        Assert.Contains(words, failure.Message);
    }

    [Fact]
    public async Task A_call_that_is_refused_once_goes_through_the_second_time()
    {
        await using var server = new ScriptedHttp2Server(async connection =>
        {
            await connection.ResetAsync(await connection.RequestAsync(), RefusedStream);
            await connection.AnswerAllAsync();
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal(Script.Reply, await transport.CallAsync());
    }

    [Fact]
    public async Task A_stream_that_is_reset_brings_what_came_before()
    {
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            await connection.AcceptAsync(stream);
            await connection.DataAsync(stream, Script.Frame(new Contracts.Proto.MxEvent { WorkerSequence = 7 }));
            await connection.RoundTripAsync();
            await connection.ResetAsync(stream, EnhanceYourCalm);
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await using IGrpcStream<Contracts.Proto.MxEvent> stream = transport.Events();
        Assert.True(await stream.MoveNextAsync(default));
        Assert.Equal(7u, stream.Current.WorkerSequence);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync(default).AsTask())).Code);
    }

    [Fact]
    public async Task A_call_that_goes_on_after_GOAWAY_ends_well_and_the_next_one_goes_over_a_new_connection()
    {
        await using var server = new ScriptedHttp2Server(async connection =>
        {
            int stream = await connection.RequestAsync();
            await connection.GoAwayAsync(stream, NoError);
            await connection.RoundTripAsync();
            await connection.AnswerAsync(stream);
            await connection.HoldAsync();
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal(Script.Reply, await transport.CallAsync());
        Assert.Equal(1, server.Connections);
        Assert.Equal(Script.Reply, await transport.CallAsync());
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_call_that_GOAWAY_leaves_out_goes_over_a_new_connection()
    {
        int connections = 0;
        await using var server = new ScriptedHttp2Server(async connection =>
        {
            if (Interlocked.Increment(ref connections) > 1)
                await connection.AnswerAllAsync();
            await connection.RequestAsync();
            await connection.GoAwayAsync(0, NoError);
            await connection.HoldAsync();
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal(Script.Reply, await transport.CallAsync());
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData(NoError, "closed the connection")]
    [InlineData(ProtocolError, "broke")]
    [InlineData(EnhanceYourCalm, "asks for fewer calls or pings (ENHANCE_YOUR_CALM)")]
    public async Task A_server_that_says_nothing_but_GOAWAY_is_unavailable(uint error, string words)
    {
        await using ScriptedHttp2Server server = Script.Server((connection, _) => connection.GoAwayAsync(0, error));
        GrpcException failure = await Script.FailureAsync(server);
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Contains(words, failure.Message);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_unavailable_wherever_it_is_cut()
    {
        byte[] frame = Script.Frame(Script.Reply);
        Func<ScriptedHttp2Connection, int, Task>[] scripts =
        [
            (_, _) => Task.CompletedTask,
            (connection, stream) => connection.AcceptAsync(stream),
            async (connection, stream) =>
            {
                await connection.AcceptAsync(stream);
                await connection.DataAsync(stream, frame.AsMemory(0, 3));
            },
            async (connection, stream) =>
            {
                await connection.AcceptAsync(stream);
                await connection.DataAsync(stream, frame);
            },
        ];
        foreach (Func<ScriptedHttp2Connection, int, Task> script in scripts)
        {
            await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
            {
                await script(connection, stream);
                await connection.RoundTripAsync();
                connection.Cut();
            });
            GrpcException failure = await Script.FailureAsync(server);
            Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
            Assert.Contains(server.Endpoint.ToString(), failure.Message);
        }
    }

    [Fact]
    public async Task Frames_that_HTTP_2_forbids_break_the_connection()
    {
        Func<ScriptedHttp2Connection, Task>[] frames =
        [
            connection => connection.FrameAsync(Http2FrameType.Data, 0, 0, new byte[4]),
            connection => connection.FrameAsync(Http2FrameType.PushPromise, 4, 1, new byte[4]),
            connection => connection.FrameAsync(Http2FrameType.WindowUpdate, 0, 1, new byte[3]),
            connection => connection.FrameAsync(Http2FrameType.Headers, 4, 1, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }),
            connection => connection.FrameAsync(Http2FrameType.Continuation, 4, 1, Array.Empty<byte>()),
        ];
        foreach (Func<ScriptedHttp2Connection, Task> frame in frames)
        {
            await using ScriptedHttp2Server server = Script.Server((connection, _) => frame(connection));
            Assert.Equal(GrpcStatusCode.Unavailable, (await Script.FailureAsync(server)).Code);
        }
    }

    [Fact]
    public async Task After_a_broken_connection_the_next_call_makes_a_new_one()
    {
        int connections = 0;
        await using var server = new ScriptedHttp2Server(async connection =>
        {
            if (Interlocked.Increment(ref connections) == 1)
            {
                await connection.RequestAsync();
                connection.Cut();
            }

            await connection.AnswerAllAsync();
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => transport.CallAsync())).Code);
        Assert.Equal(Script.Reply, await transport.CallAsync());
    }
}
