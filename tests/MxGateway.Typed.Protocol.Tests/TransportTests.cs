using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

public sealed class TransportTests
{
    private static readonly OpenSessionReply s_reply = new() { SessionId = "session-1", BackendName = "test" };

    public static TheoryData<GrpcStatusCode> FailureCodes => [.. Enum.GetValues<GrpcStatusCode>().Where(code => code != GrpcStatusCode.OK)];

    [Fact]
    public async Task A_unary_call_carries_key_method_and_message_and_brings_the_answer()
    {
        string? path = null, authorization = null, te = null, contentType = null;
        OpenSessionRequest? seen = null;
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            (path, authorization, te, contentType) = (context.Request.Path, context.Request.Headers.Authorization, context.Request.Headers.TE, context.Request.ContentType);
            seen = await ReadRequestAsync(context, OpenSessionRequest.Parser);
            await AnswerAsync(context, s_reply);
        });

        await using GrpcHttp2Transport transport = Transport(server.Endpoint, "mxgw_a_planted5ecret");
        OpenSessionReply reply = await transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest { ClientSessionName = "näme" }, default, default);

        Assert.Equal(s_reply, reply);
        Assert.Equal("/mxaccess_gateway.v1.MxAccessGateway/OpenSession", path);
        Assert.Equal("Bearer mxgw_a_planted5ecret", authorization);
        Assert.Equal("trailers", te);
        Assert.Equal("application/grpc", contentType);
        Assert.Equal("näme", seen!.ClientSessionName);
    }

    [Theory]
    [MemberData(nameof(FailureCodes))]
    public async Task A_trailers_only_answer_becomes_its_status_and_message(GrpcStatusCode code)
    {
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            context.Response.Headers["grpc-status"] = ((int)code).ToString();
            context.Response.Headers["grpc-message"] = "100%25 f%C3%BCr Pumpe";
            return Task.CompletedTask;
        });

        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        Assert.Equal(new GrpcStatus(code, "100% für Pumpe"), failure.Status);
        Assert.Contains("OpenSession", failure.Message);
    }

    [Theory]
    [MemberData(nameof(FailureCodes))]
    public async Task A_status_in_the_trailers_after_a_message_fails_the_call(GrpcStatusCode code)
    {
        await using RawServer server = await RawServer.StartAsync(context => AnswerAsync(context, s_reply, code, "after the message"));
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        Assert.Equal(new GrpcStatus(code, "after the message"), failure.Status);
    }

    [Fact]
    public async Task OK_without_an_answer_or_with_two_is_a_fault_of_the_server()
    {
        await using RawServer none = await RawServer.StartAsync(context =>
        {
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        });
        await using RawServer two = await RawServer.StartAsync(async context =>
        {
            await WriteFrameAsync(context, s_reply);
            await AnswerAsync(context, s_reply);
        });
        foreach (RawServer server in new[] { none, two })
        {
            await using GrpcHttp2Transport transport = Transport(server.Endpoint);
            Assert.Equal(GrpcStatusCode.Internal, (await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport))).Code);
        }
    }

    [Fact]
    public async Task An_answer_without_a_status_is_not_success()
    {
        await using RawServer server = await RawServer.StartAsync(context => WriteFrameAsync(context, s_reply));
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        Assert.Equal(GrpcStatusCode.Unknown, failure.Code);
        Assert.Contains("without a status", failure.Message);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_in_a_message_is_Unavailable()
    {
        await using RawServer server = await RawServer.StartAsync(async context => await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 9, 1 }));
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport))).Code);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_Internal()
    {
        await using RawServer server = await RawServer.StartAsync(async context => await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0xFF, 0xFF }));
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        Assert.Equal(GrpcStatusCode.Internal, (await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport))).Code);
    }

    [Fact]
    public async Task A_server_that_never_lets_a_call_in_is_Unavailable_when_the_time_to_connect_is_over()
    {
        // The system takes the connection, and nobody answers the first words of TLS.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var endpoint = new Uri($"https://{silent.LocalEndpoint}");
        await using var transport = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = endpoint, ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Contains($"cannot connect to {endpoint}", failure.Message);
        Assert.Contains("firewall", failure.Message);
    }

    [Fact]
    public async Task A_cancelled_unary_call_ends_at_once_and_the_server_sees_it()
    {
        var arrived = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            arrived.SetResult();
            await aborted.Task;
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        using var cancel = new CancellationTokenSource();
        Task<OpenSessionReply> call = transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, cancel.Token);
        await arrived.Task;
        await cancel.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancel.Token, e.CancellationToken);
        await aborted.Task;
    }

    [Fact]
    public async Task A_deadline_is_sent_and_kept()
    {
        string? header = null;
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            header = context.Request.Headers["grpc-timeout"];
            var aborted = new TaskCompletionSource();
            context.RequestAborted.Register(() => aborted.TrySetResult());
            await aborted.Task;
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(
            () => transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), new GrpcCallOptions(TimeSpan.FromMilliseconds(200)), default));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Code);
        Assert.Equal("200000u", header);
    }

    [Fact]
    public async Task Nobody_there_is_Unavailable_and_says_where()
    {
        RawServer server = await RawServer.StartAsync(_ => Task.CompletedTask);
        Uri endpoint = server.Endpoint;
        await server.DisposeAsync();
        await using GrpcHttp2Transport transport = Transport(endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Contains($"nothing listens at {endpoint}", failure.Message);
    }

    [Fact]
    public async Task A_server_that_speaks_only_HTTP_1_fails_with_words_about_it()
    {
        await using RawServer server = await RawServer.StartAsync(context => context.Response.WriteAsync("hello"), HttpProtocols.Http1);
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        Assert.Contains(server.Endpoint.ToString(), failure.Message);
    }

    [Fact]
    public async Task A_call_that_fails_leaves_no_exception_unobserved()
    {
        RawServer server = await RawServer.StartAsync(_ => Task.CompletedTask);
        Uri endpoint = server.Endpoint;
        await server.DisposeAsync();
        var unobserved = new ConcurrentQueue<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue(e.Exception.ToString());
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            for (int i = 0; i < 5; i++)
                await FailAsync(endpoint);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.DoesNotContain(unobserved, text => text.Contains(endpoint.Authority, StringComparison.Ordinal));

        static async Task FailAsync(Uri endpoint)
        {
            await using GrpcHttp2Transport transport = Transport(endpoint);
            await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        }
    }

    [Fact]
    public async Task A_message_at_the_limit_passes_both_ways_and_one_byte_more_does_not()
    {
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            OpenSessionRequest request = await ReadRequestAsync(context, OpenSessionRequest.Parser);
            await AnswerAsync(context, new OpenSessionReply { SessionId = request.ClientSessionName + request.ClientCorrelationId });
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        int overhead = new OpenSessionRequest { ClientSessionName = new string('x', 1 << 23) }.CalculateSize() - (1 << 23);
        string full = new('x', GrpcFraming.DefaultMaxMessageSize - overhead);

        OpenSessionReply reply = await transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest { ClientSessionName = full }, default, default);
        Assert.Equal(full.Length, reply.SessionId.Length);

        GrpcException sending = await Assert.ThrowsAsync<GrpcException>(
            () => transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest { ClientSessionName = full + "x" }, default, default));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, sending.Code);
    }

    [Fact]
    public async Task An_announced_size_above_the_limit_fails_before_the_message_is_waited_for()
    {
        var done = new TaskCompletionSource();
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            // 16 MiB and one byte are announced, and never sent.
            await context.Response.Body.WriteAsync(new byte[] { 0, 1, 0, 0, 1 });
            await context.Response.Body.FlushAsync();
            await done.Task;
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        done.SetResult();
        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Code);
    }

    [Fact]
    public async Task Two_hundred_calls_at_once_share_the_transport()
    {
        var connections = new ConcurrentDictionary<string, bool>();
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            connections[context.Connection.Id] = true;
            OpenSessionRequest request = await ReadRequestAsync(context, OpenSessionRequest.Parser);
            await AnswerAsync(context, new OpenSessionReply { SessionId = request.ClientSessionName });
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        OpenSessionReply[] replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            i => transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest { ClientSessionName = i.ToString() }, default, default)));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => i.ToString()), replies.Select(reply => reply.SessionId));
        Assert.InRange(connections.Count, 1, 10);
    }

    [Fact]
    public async Task The_key_is_in_no_failure()
    {
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            context.Response.Headers["grpc-status"] = "16";
            return Task.CompletedTask;
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint, "mxgw_a_planted5ecret");
        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => OpenAsync(transport));
        Assert.DoesNotContain("planted", failure.ToString());
    }

    private static Task<OpenSessionReply> OpenAsync(GrpcHttp2Transport transport) => transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default);
}
