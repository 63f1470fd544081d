using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

/// <summary>Answers of something that is no gateway: a proxy, a web server, a login page.</summary>
public sealed class NotGrpcTests
{
    [Theory]
    [InlineData(200, GrpcStatusCode.Unknown, "check that the endpoint is the gateway itself")]
    [InlineData(400, GrpcStatusCode.Internal, "check that the endpoint is the gateway's")]
    [InlineData(401, GrpcStatusCode.Unauthenticated, "asks for a login of its own")]
    [InlineData(403, GrpcStatusCode.PermissionDenied, "refuses access")]
    [InlineData(404, GrpcStatusCode.Unimplemented, "not another web server")]
    [InlineData(429, GrpcStatusCode.Unavailable, "limits the calls")]
    [InlineData(500, GrpcStatusCode.Unknown, "check that the endpoint")]
    [InlineData(502, GrpcStatusCode.Unavailable, "a proxy answers in the gateway's place")]
    [InlineData(503, GrpcStatusCode.Unavailable, "a proxy answers in the gateway's place")]
    [InlineData(504, GrpcStatusCode.Unavailable, "a proxy answers in the gateway's place")]
    public async Task A_web_page_is_told_from_gRPC(int http, GrpcStatusCode code, string advice)
    {
        await using RawServer server = await PageAsync(http, "text/html");
        GrpcException failure = await FailsAsync(server, code);
        Assert.Contains($"HTTP {http}, content type text/html", failure.Message);
        Assert.Contains(advice, failure.Message);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_says_where_it_leads()
    {
        await using RawServer server = await PageAsync(302, null, "https://login.plant/?" + new string('x', 1000));
        GrpcException failure = await FailsAsync(server, GrpcStatusCode.Unknown);
        Assert.Contains("HTTP 302, content type none; it sends callers on to https://login.plant/", failure.Message);
        Assert.Contains("is not followed", failure.Message);
        Assert.InRange(failure.Message.Length, 0, 500);
    }

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web+proto")]
    [InlineData("application/json")]
    public async Task Another_protocol_is_not_gRPC(string type)
    {
        await using RawServer server = await PageAsync(200, type);
        await FailsAsync(server, GrpcStatusCode.Unknown);
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("Application/gRPC; charset=utf-8")]
    public async Task Forms_of_the_content_type_that_are_gRPC(string type)
    {
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            context.Response.ContentType = type;
            return AnswerAsync(context, new OpenSessionReply { SessionId = "session-1" });
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal("session-1", (await transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default)).SessionId);
    }

    [Fact]
    public async Task A_proxy_that_says_it_in_gRPC_is_believed()
    {
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.ContentType = "text/plain";
            context.Response.Headers["grpc-status"] = "14";
            context.Response.Headers["grpc-message"] = "no healthy upstream";
            return Task.CompletedTask;
        });
        Assert.Equal("no healthy upstream", (await FailsAsync(server, GrpcStatusCode.Unavailable)).Status.Detail);
    }

    private static Task<RawServer> PageAsync(int http, string? type, string? location = null) => RawServer.StartAsync(async context =>
    {
        context.Response.StatusCode = http;
        context.Response.ContentType = type;
        if (location is not null)
            context.Response.Headers.Location = location;
        await context.Response.WriteAsync("<html>Bad Gateway</html>");
    });

    private static async Task<GrpcException> FailsAsync(RawServer server, GrpcStatusCode code)
    {
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default));
        Assert.Equal(code, failure.Code);
        return failure;
    }
}
