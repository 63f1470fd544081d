using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Protocol.Tests;

/// <summary>A connection that carried answers and then broke is told apart from one that never was HTTP/2.</summary>
public sealed class BrokenConnectionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_was_good_broke(bool isReset)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int calls = 0;
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                await Answers.AnswerAsync(context, new OpenSessionReply());
                return;
            }

            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = new Uri($"http://{listener.LocalEndpoint}");
        Task<Socket> accepting = listener.AcceptSocketAsync();
        await using GrpcHttp2Transport transport = Answers.Transport(endpoint);
        Task<OpenSessionReply> good = transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, CancellationToken.None);
        using Socket client = await accepting;
        using var gateway = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await gateway.ConnectAsync(server.Endpoint.Host, server.Endpoint.Port);
        Task[] pipes = [PipeAsync(client, gateway), PipeAsync(gateway, client)];
        await good;

        Task<OpenSessionReply> inFlight = transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, CancellationToken.None);
        await reached.Task;
        listener.Stop();
        if (isReset)
            client.LingerState = new LingerOption(true, 0);
        client.Close();
        gateway.Close();
        await Task.WhenAll(pipes);

        GrpcException failure = await Assert.ThrowsAsync<GrpcException>(() => inFlight);
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.StartsWith($"the connection with {endpoint} broke: ", failure.Status.Detail);
        Assert.DoesNotContain("TLS", failure.Status.Detail);
    }

    private static async Task PipeAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and int count)
                await to.SendAsync(buffer.AsMemory(0, count));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed by the test.
        }
    }
}
