using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>Callers who leave in the middle.</summary>
public class LeavingTests
{
    [Fact]
    public async Task A_caller_who_leaves_in_the_middle_is_no_failure_of_the_simulator()
    {
        var errors = new ErrorLog();
        await using (TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { ChangingPerSecond = 0, LoggerFactory = errors }))
        {
            using var http = new HttpMessageInvoker(new SocketsHttpHandler());
            TestSession session = await gateway.OpenAsync();
            byte[] request = new StreamEventsRequest { SessionId = session.Id }.ToByteArray();

            // Who is told first, the reader of the request or the token of the call, differs from time to time.
            for (int i = 0; i < 600; i++)
                await LeaveAsync(http, gateway, i % 2 == 0 ? [0, 0, 0, 0, 9, 1] : [0, 0, 0, 0, (byte)request.Length, .. request]);
            Assert.Equal(ProtocolStatusCode.Ok, (await session.InvokeAsync(new MxCommand { Kind = MxCommandKind.Ping, Ping = new PingCommand() })).ProtocolStatus.Code);
        }

        Assert.True(errors.All.IsEmpty, string.Join("\n", errors.All));
    }

    private static async Task LeaveAsync(HttpMessageInvoker http, TestGateway gateway, byte[] sent)
    {
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Simulator.Endpoint, GatewayMethods.StreamEvents.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new LeavingContent(sent, leave) { Headers = { ContentType = MediaTypeHeaderValue.Parse(GrpcHeaders.ContentType) } },
        };
        request.Headers.TryAddWithoutValidation(GrpcHeaders.Authorization, GrpcHeaders.Bearer + gateway.Simulator.GeneratedKey);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using HttpResponseMessage response = await http.SendAsync(request, leave.Token);
            await response.Content.ReadAsByteArrayAsync(leave.Token);
        });
    }

    /// <summary>A body after whose bytes the caller leaves.</summary>
    private sealed class LeavingContent(byte[] sent, CancellationTokenSource leave) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(sent);
            await stream.FlushAsync();
            await leave.CancelAsync();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>What the simulator logs as a failure of its own.</summary>
    private sealed class ErrorLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                All.Enqueue($"{formatter(state, exception)}: {exception}");
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
