using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

public sealed class MetadataTests
{
    private static readonly byte[] s_bytes = [0, 255, 62, 63];

    [Fact]
    public async Task What_the_caller_gives_reaches_the_server_text_and_bytes_and_names_that_stand_twice()
    {
        IHeaderDictionary? seen = null;
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            seen = context.Request.Headers;
            await AnswerAsync(context, new OpenSessionReply());
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcMetadata metadata = GrpcMetadata.From([new("X-Line", "line 1, \"north\""), new("tag", "a"), new("tag", "b"), GrpcMetadata.Binary("trace-bin", s_bytes)]);

        await transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), new GrpcCallOptions(Metadata: metadata), default);

        Assert.Equal("line 1, \"north\"", seen!["x-line"]);
        Assert.Contains(seen["tag"].ToString(), new[] { "a,b", "a, b" });
        Assert.Equal("AP8+Pw", seen["trace-bin"]);
    }

    [Fact]
    public async Task What_the_server_sends_before_and_after_its_messages_reaches_the_caller()
    {
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            context.Response.Headers["x-server"] = "gw-1";
            context.Response.Headers["trace-bin"] = "AP8+Pw==";
            await AnswerAsync(context, new MxEvent { WorkerSequence = 1 }, GrpcStatusCode.Aborted, "enough");
            context.Response.AppendTrailer("x-reason", "a shift ends");
            context.Response.AppendTrailer("detail-bin", "AP8+Pw");
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        await using IGrpcStream<MxEvent> stream = transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);

        GrpcMetadata headers = await stream.Headers;
        Assert.True(await stream.MoveNextAsync(default));
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync(default).AsTask());

        Assert.Equal("gw-1", headers["X-Server"]);
        Assert.Equal(s_bytes, headers.GetBinary("trace-bin"));
        Assert.Equal("a shift ends", failure.Trailers["x-reason"]);
        Assert.Equal(s_bytes, failure.Trailers.GetBinary("detail-bin"));
    }

    [Fact]
    public async Task A_trailers_only_answer_brings_its_metadata_too()
    {
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            context.Response.Headers["grpc-status"] = "5";
            context.Response.Headers["x-reason"] = "gone";
            return Task.CompletedTask;
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => SendAsync(transport, "x-line", "1"));
        Assert.Equal("gone", failure.Trailers["x-reason"]);
    }

    [Theory]
    [InlineData("grpc-timeout", "1S")]
    [InlineData("grpc-anything", "x")]
    [InlineData("Content-Type", "text/html")]
    [InlineData("te", "gzip")]
    [InlineData("user-agent", "x")]
    [InlineData("host", "x")]
    [InlineData("connection", "close")]
    [InlineData("content-encoding", "gzip")]
    [InlineData("expires", "never")]
    public Task A_reserved_name_is_refused(string name, string value) => RefusedAsync(name, value, "reserved");

    [Theory]
    [InlineData("")]
    [InlineData(":path")]
    [InlineData("two words")]
    [InlineData("größe")]
    [InlineData("a\r\nb")]
    [InlineData("a:b")]
    public Task A_name_that_cannot_stand_in_a_header_is_refused(string name) => RefusedAsync(name, "x", "cannot stand there");

    [Theory]
    [InlineData("größe")]
    [InlineData("one\r\nauthorization: Bearer other")]
    [InlineData("nul\0")]
    [InlineData("tab\t")]
    [InlineData("del\u007f")]
    public Task A_value_that_cannot_stand_in_a_header_is_refused_and_not_repeated(string value) => RefusedAsync("x-line", value, "'x-line' has a character that cannot stand there");

    [Fact]
    public Task A_name_for_bytes_takes_base64_only() => RefusedAsync("trace-bin", "!", "no base64");

    [Fact]
    public void Bytes_need_a_name_for_bytes() => Assert.Contains("-bin", Assert.Throws<ArgumentException>(() => GrpcMetadata.Binary("trace", s_bytes)).Message);

    [Theory]
    [InlineData("AP8+Pw==", true)]
    [InlineData("AP8+Pw", true)]
    [InlineData("AP8+P", false)]
    [InlineData("*", false)]
    public void Bytes_are_read_with_padding_and_without(string value, bool isBase64) =>
        Assert.Equal(isBase64 ? s_bytes : null, GrpcMetadata.From([new("trace-bin", value)]).GetBinary("trace-bin"));

    [Fact]
    public async Task A_key_given_twice_is_refused()
    {
        await using GrpcHttp2Transport transport = Transport(new Uri("http://127.0.0.1:1"), "mxgw_a_planted5ecret");
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => SendAsync(transport, "authorization", "Bearer mxgw_b_planted5ecret"));
        Assert.Contains("authorization", failure.Message);
        Assert.DoesNotContain("planted5ecret", failure.ToString());
    }

    [Fact]
    public void A_key_that_cannot_stand_in_a_header_is_refused_and_not_repeated()
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => Transport(new Uri("http://gateway:5000"), "planted5ecret\r\nx: y"));
        Assert.Contains("ApiKey", failure.Message);
        Assert.DoesNotContain("planted5ecret", failure.ToString());
    }

    private static async Task RefusedAsync(string name, string value, string reason)
    {
        // Nothing listens there: what is refused is refused before anything is sent.
        await using GrpcHttp2Transport transport = Transport(new Uri("http://127.0.0.1:1"));
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => SendAsync(transport, name, value));
        Assert.Contains(reason, failure.Message);
        if (value.Length > 3)
            Assert.DoesNotContain(value, failure.Message);
        Assert.Throws<ArgumentException>(() => transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), new GrpcCallOptions(Metadata: GrpcMetadata.From([new(name, value)]))));
    }

    private static Task<OpenSessionReply> SendAsync(GrpcHttp2Transport transport, string name, string value) =>
        transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), new GrpcCallOptions(Metadata: GrpcMetadata.From([new(name, value)])), default);
}
