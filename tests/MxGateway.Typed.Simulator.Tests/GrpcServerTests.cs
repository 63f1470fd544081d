using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>The server layer, seen from bare HTTP/2: what a client library hides.</summary>
public class GrpcServerTests
{
    [Fact]
    public async Task An_answer_has_its_status_in_the_trailers()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Answer answer = await SendAsync(gateway, Frame([]));
        Assert.Equal(HttpStatusCode.OK, answer.Http);
        Assert.Equal("application/grpc", answer.ContentType);
        Assert.Null(answer.HeaderStatus);
        Assert.Equal("0", answer.TrailerStatus);
        Assert.True(TestConnectionReply.Parser.ParseFrom(answer.Body.AsSpan(GrpcFraming.HeaderSize)).Ok);
    }

    [Fact]
    public async Task A_call_that_fails_before_its_first_message_has_its_status_in_the_headers_and_no_trailers()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Answer answer = await SendAsync(gateway, Frame([]), key: "mxgw_wrong_planted5ecret");
        Assert.Equal(HttpStatusCode.OK, answer.Http);
        Assert.Equal("16", answer.HeaderStatus);
        Assert.Null(answer.TrailerStatus);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task A_status_message_is_percent_encoded()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        GrpcStatus status = await TestGateway.StatusOf(() => gateway.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest { RootTagName = "Größe 100%" }));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.NotFound, "the Galaxy has no deployed object \"Größe 100%\""), status);
    }

    [Theory]
    [InlineData("application/json", 415)]
    [InlineData("application/grpc-web", 415)]
    [InlineData("application/grpc+json", 415)]
    [InlineData("application/grpc+proto", 200)]
    [InlineData("application/grpc; charset=utf-8", 200)]
    public async Task Only_the_content_type_of_grpc_is_taken(string contentType, int expected)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Assert.Equal(expected, (int)(await SendAsync(gateway, Frame([]), contentType: contentType)).Http);
    }

    [Theory]
    [InlineData("/mxaccess_gateway.v1.MxAccessGateway/Nothing")]
    [InlineData("/no.Service/Nothing")]
    [InlineData("/")]
    public async Task An_unknown_method_is_unimplemented(string path)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Assert.Equal("12", (await SendAsync(gateway, Frame([]), path: path)).HeaderStatus);
    }

    public static TheoryData<string, byte[], GrpcStatusCode> BrokenRequests => new()
    {
        { "nothing", [], GrpcStatusCode.Internal },
        { "half a header", [0, 0], GrpcStatusCode.Internal },
        { "half a message", [0, 0, 0, 0, 9, 1], GrpcStatusCode.Internal },
        { "two messages", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], GrpcStatusCode.Internal },
        { "no protobuf", [0, 0, 0, 0, 1, 0xFF], GrpcStatusCode.Internal },
        { "no grpc", "GET / HTTP/1.1"u8.ToArray(), GrpcStatusCode.Internal },
        { "compressed without saying how", [1, 0, 0, 0, 1, 0], GrpcStatusCode.Internal },
        { "16 MiB and a byte announced", [0, 1, 0, 0, 1], GrpcStatusCode.ResourceExhausted },
        { "4 GiB announced", [0, 255, 255, 255, 255], GrpcStatusCode.ResourceExhausted },
    };

    [Theory]
    [MemberData(nameof(BrokenRequests))]
    public async Task A_broken_request_is_told_and_the_server_lives_on(string what, byte[] body, GrpcStatusCode expected)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Answer answer = await SendAsync(gateway, body);
        Assert.True(((int)expected).ToString(CultureInfo.InvariantCulture) == answer.HeaderStatus, $"{what}: {answer.HeaderStatus}");
        Assert.Equal($"TestConnection ({expected})", Assert.Single(gateway.Simulator.Calls.ToList()).ToString());
        Assert.True((await gateway.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest())).Ok);
    }

    [Fact]
    public async Task A_request_compressed_with_gzip_is_taken()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        byte[] request = Compressed(new DiscoverHierarchyRequest { PageSize = 1 }.ToByteArray());
        Answer answer = await SendAsync(gateway, request, GatewayMethods.DiscoverHierarchy.FullName, encoding: "gzip");
        Assert.Single(DiscoverHierarchyReply.Parser.ParseFrom(answer.Body.AsSpan(GrpcFraming.HeaderSize)).Objects);
    }

    [Fact]
    public async Task A_request_compressed_with_anything_else_is_unimplemented_and_told_what_is_taken()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Answer answer = await SendAsync(gateway, [1, 0, 0, 0, 1, 0], encoding: "deflate");
        Assert.Equal("12", answer.HeaderStatus);
        Assert.Equal("identity,gzip", answer.AcceptEncoding);
    }

    [Fact]
    public async Task A_request_that_says_gzip_and_is_none_is_told()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Assert.Equal("13", (await SendAsync(gateway, [1, 0, 0, 0, 3, 1, 2, 3], encoding: "gzip")).HeaderStatus);
    }

    [Fact]
    public async Task A_request_that_is_too_large_once_it_is_decompressed_is_cut_off()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        byte[] bomb = Compressed(new byte[(16 * 1024 * 1024) + 1]);
        Assert.True(bomb.Length < 100_000);
        Assert.Equal("8", (await SendAsync(gateway, bomb, encoding: "gzip")).HeaderStatus);
    }

    [Fact]
    public async Task A_request_of_nearly_16_MiB_is_taken_whole()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        var request = new DiscoverHierarchyRequest { TemplateChainContains = { new string('x', (16 * 1024 * 1024) - 16) } };
        DiscoverHierarchyReply reply = await gateway.CallAsync(GatewayMethods.DiscoverHierarchy, request);
        Assert.Equal(0, reply.TotalObjectCount);
    }

    [Fact]
    public async Task A_deadline_ends_a_stream_with_deadline_exceeded()
    {
        var time = new FakeTimeProvider();
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { TimeProvider = time, ChangingPerSecond = 0 });
        Answer answer = await SendAsync(gateway, Frame([]), path: GatewayMethods.WatchDeployEvents.FullName, timeout: "50m", begun: () => time.Advance(TimeSpan.FromMilliseconds(50)));
        Assert.Equal("4", answer.TrailerStatus);
        Assert.NotEmpty(answer.Body);
    }

    [Fact]
    public async Task A_deadline_that_is_none_is_invalid()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Assert.Equal("3", (await SendAsync(gateway, Frame([]), timeout: "soon")).HeaderStatus);
    }

    [Fact]
    public async Task Two_hundred_calls_in_parallel_are_all_answered()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestConnectionReply[] replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => gateway.CallAsync(GatewayMethods.TestConnection, new TestConnectionRequest())));
        Assert.All(replies, reply => Assert.True(reply.Ok));
    }

    [Fact]
    public async Task Disposal_ends_streams_with_unavailable_and_frees_the_port()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestEvents events = await (await gateway.OpenAsync()).StreamAsync();
        int port = gateway.Simulator.Port;
        await gateway.Simulator.DisposeAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await TestGateway.StatusOf(events.EndAsync)).Code);
        await using GatewaySimulator again = await GatewaySimulator.StartAsync(TestPlant.Snapshot, new GatewaySimulatorOptions { Port = port });
        Assert.Equal(port, again.Port);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        IOException exception = await Assert.ThrowsAsync<IOException>(() => GatewaySimulator.StartAsync(TestPlant.Snapshot, new GatewaySimulatorOptions { Port = gateway.Simulator.Port }));
        Assert.Contains($"port {gateway.Simulator.Port} is taken", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Frame(byte[] message)
    {
        byte[] frame = new byte[GrpcFraming.HeaderSize + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, GrpcFraming.HeaderSize);
        return frame;
    }

    private static byte[] Compressed(byte[] message)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(message);
        byte[] frame = new byte[GrpcFraming.HeaderSize + compressed.Length];
        frame[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)compressed.Length);
        compressed.GetBuffer().AsSpan(0, (int)compressed.Length).CopyTo(frame.AsSpan(GrpcFraming.HeaderSize));
        return frame;
    }

    private static async Task<Answer> SendAsync(TestGateway gateway, byte[] body, string? path = null, string? key = null, string contentType = "application/grpc", string? timeout = null, string? encoding = null, Action? begun = null)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Simulator.Endpoint, path ?? GatewayMethods.TestConnection.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } },
        };
        request.Headers.TryAddWithoutValidation("authorization", "Bearer " + (key ?? gateway.Simulator.GeneratedKey));
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (timeout is not null)
            request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        if (encoding is not null)
            request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);

        using HttpResponseMessage response = await http.SendAsync(request, CancellationToken.None);
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        using var content = new MemoryStream();
        if (begun is not null)
        {
            byte[] first = new byte[1];
            await stream.ReadExactlyAsync(first);
            content.Write(first);
            begun();
        }

        await stream.CopyToAsync(content);
        return new Answer(response.StatusCode, response.Content.Headers.ContentType?.ToString(), Value(response.Headers, "grpc-status"), Value(response.TrailingHeaders, "grpc-status"),
            Value(response.Headers, "grpc-accept-encoding"), content.ToArray());
    }

    private static string? Value(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;

    private sealed record Answer(HttpStatusCode Http, string? ContentType, string? HeaderStatus, string? TrailerStatus, string? AcceptEncoding, byte[] Body);
}
