using System.Buffers;
using System.IO.Compression;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

public sealed class CompressionTests
{
    [Fact]
    public async Task Calls_offer_gzip_and_answers_may_mix_compressed_messages_with_plain_ones()
    {
        const int Count = 200;
        string? offered = null;
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            offered = context.Request.Headers["grpc-accept-encoding"];
            context.Response.Headers["grpc-encoding"] = "gzip";
            for (int i = 0; i < Count; i++)
            {
                var e = new MxEvent { WorkerSequence = (ulong)i, Value = new() { StringValue = new string('x', i * i) } };
                if (i % 3 == 0)
                    GrpcFraming.Write(context.Response.BodyWriter, e);
                else
                    await context.Response.BodyWriter.WriteAsync(Compressed(e.ToByteArray()));
            }

            context.Response.AppendTrailer("grpc-status", "0");
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await using IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);

        for (int i = 0; i < Count; i++)
        {
            Assert.True(await stream.MoveNextAsync(default));
            Assert.Equal((ulong)i, stream.Current.WorkerSequence);
            Assert.Equal(i * i, stream.Current.Value.StringValue.Length);
        }

        Assert.False(await stream.MoveNextAsync(default));
        Assert.Equal("identity,gzip", offered);
    }

    [Fact]
    public async Task An_empty_message_may_be_compressed_to_a_gzip_of_nothing_or_to_nothing()
    {
        foreach (byte[] frame in (byte[][])[[1, 0, 0, 0, 20, 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0]])
        {
            await using RawServer server = await CompressedAsync("gzip", frame);
            await using GrpcHttp2Transport transport = Transport(server.Endpoint);
            Assert.Equal(new OpenSessionReply(), await OpenAsync(transport));
        }
    }

    [Fact]
    public async Task The_limit_is_that_of_what_comes_out()
    {
        byte[] reply = new OpenSessionReply { SessionId = new string('x', 100_000) }.ToByteArray();
        await using RawServer server = await CompressedAsync("gzip", Compressed(reply));

        await using var fits = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = server.Endpoint, MaxMessageSize = reply.Length });
        Assert.Equal(100_000, (await OpenAsync(fits)).SessionId.Length);

        await using var tooLarge = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = server.Endpoint, MaxMessageSize = reply.Length - 1 });
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(tooLarge));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Code);
        Assert.Contains($"larger than the limit of {reply.Length - 1} bytes", failure.Message);
    }

    [Fact]
    public void A_message_that_would_become_huge_is_not_inflated()
    {
        const int Limit = 1024 * 1024;
        var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (int i = 0; i < 256; i++)
                gzip.Write(zeros);
        }

        Assert.InRange(bomb.Length, 0, 4 * 1024 * 1024);
        long before = GC.GetAllocatedBytesForCurrentThread();

        GrpcFramingException failure = Assert.Throws<GrpcFramingException>(() => GrpcCompression.Decompress(new(bomb.GetBuffer(), 0, (int)bomb.Length), Limit));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * Limit);
    }

    [Theory]
    [InlineData(null, "no grpc-encoding header says how")]
    [InlineData("identity", "no grpc-encoding header says how")]
    [InlineData("zstd", "'zstd', though the call offered identity,gzip only")]
    public async Task A_compression_that_is_not_told_or_not_known_is_a_fault_of_the_server(string? encoding, string reason)
    {
        await using RawServer server = await CompressedAsync(encoding, Compressed([10, 1, 65]));
        await FailsAsync(server, reason);
    }

    [Fact]
    public async Task Bytes_that_are_no_gzip_or_break_off_are_a_fault_of_the_server()
    {
        byte[] whole = Compressed(new OpenSessionReply { SessionId = "session-0123456789abcdef" }.ToByteArray());
        await using RawServer none = await CompressedAsync("gzip", [1, 0, 0, 0, 3, 1, 2, 3]);
        await FailsAsync(none, "cannot be decompressed");
        foreach (int missing in new[] { 1, 4, 8, 9, whole.Length / 2 })
        {
            byte[] part = [.. whole[..^missing]];
            part[4] -= (byte)missing;
            await using RawServer broken = await CompressedAsync("gzip", part);
            await FailsAsync(broken, "cannot be decompressed");
        }

        byte[] changed = [.. whole];
        changed[^6] ^= 1;
        await using RawServer other = await CompressedAsync("gzip", changed);
        await FailsAsync(other, "cannot be decompressed");
    }

    private static Task<RawServer> CompressedAsync(string? encoding, byte[] frame) => RawServer.StartAsync(async context =>
    {
        if (encoding is not null)
            context.Response.Headers["grpc-encoding"] = encoding;
        await context.Response.Body.WriteAsync(frame);
        context.Response.AppendTrailer("grpc-status", "0");
    });

    private static async Task FailsAsync(RawServer server, string reason)
    {
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        Assert.Equal(GrpcStatusCode.Internal, failure.Code);
        Assert.Contains(reason, failure.Message);
    }

    private static byte[] Compressed(byte[] message)
    {
        var frame = new MemoryStream();
        frame.Write(new byte[GrpcFraming.HeaderSize]);
        using (var gzip = new GZipStream(frame, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(message);

        byte[] bytes = frame.ToArray();
        bytes[0] = 1;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - GrpcFraming.HeaderSize);
        return bytes;
    }

    private static Task<OpenSessionReply> OpenAsync(GrpcHttp2Transport transport) => transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default);
}
