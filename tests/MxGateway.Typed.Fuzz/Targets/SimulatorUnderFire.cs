using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Tests;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>A simulator that is fired at: its sessions, with items that are advised, and what it logs as its own fault.</summary>
internal sealed class SimulatorUnderFire : IAsyncDisposable
{
    /// <summary>The key; in every input, so that an input can be kept.</summary>
    public const string Key = "mxgw_fuzz_planted5ecret";

    // A session that is used for long is full of what earlier inputs left there.
    private const int MaxUses = 40;

    private static readonly byte[] s_session = Encoding.ASCII.GetBytes(MessageGenerator.Session);

    private readonly ConcurrentBag<Session> _sessions = [];
    private readonly ErrorLog _errors;
    private readonly GatewaySimulator _simulator;

    private SimulatorUnderFire(GatewaySimulator simulator, ErrorLog errors)
    {
        _simulator = simulator;
        _errors = errors;
        Transport = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = simulator.Endpoint, ApiKey = Key });
    }

    public Uri Endpoint => _simulator.Endpoint;

    public GrpcHttp2Transport Transport { get; }

    public static async Task<SimulatorUnderFire> StartAsync()
    {
        var errors = new ErrorLog();
        SimulatorKeys keys = SimulatorKeys.Parse(Encoding.UTF8.GetBytes(
            $$"""{"keys": [{"key": "{{Key}}", "scopes": [{{string.Join(", ", GatewayScopes.All.Select(scope => $"\"{scope}\""))}}]}]}"""));
        GatewaySimulator simulator = await GatewaySimulator.StartAsync(TestGalaxy.Snapshot, new GatewaySimulatorOptions { Keys = keys, ChangingPerSecond = 0, LoggerFactory = errors });
        return new SimulatorUnderFire(simulator, errors);
    }

    /// <summary>A session that nobody else uses meanwhile, with the server handle 1 and a few advised items.</summary>
    public async Task<Session> RentAsync()
    {
        if (_sessions.TryTake(out Session? session))
            return session;

        session = new Session((await Transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, CancellationToken.None)).SessionId);
        await InvokeAsync(session, new MxCommand { Kind = MxCommandKind.Register, Register = new RegisterCommand() });
        await InvokeAsync(session, new MxCommand
        {
            Kind = MxCommandKind.SubscribeBulk,
            SubscribeBulk = new SubscribeBulkCommand { ServerHandle = 1, TagAddresses = { MessageGenerator.References } },
        });
        return session;
    }

    /// <summary>Gives a session back: to be used again where it is still there, and not worn.</summary>
    public async Task ReturnAsync(Session session)
    {
        try
        {
            await InvokeAsync(session, new MxCommand { Kind = MxCommandKind.Ping, Ping = new PingCommand() });
            if (++session.Uses < MaxUses)
                _sessions.Add(session);
            else
                await CloseAsync(session.Id);
        }
        catch (GrpcException e) when (e.Code == GrpcStatusCode.NotFound)
        {
            // The input closed it.
        }
    }

    public async Task CloseAsync(string id)
    {
        try
        {
            await Transport.CallAsync(GatewayMethods.CloseSession, new CloseSessionRequest { SessionId = id }, default, CancellationToken.None);
        }
        catch (GrpcException e) when (e.Code == GrpcStatusCode.NotFound)
        {
            // A session whose stream went away ends by itself.
        }
    }

    /// <summary>The bytes of an input with the session's id where it stands for one.</summary>
    public static byte[] With(Session session, byte[] bytes)
    {
        byte[] copy = [.. bytes];
        byte[] id = Encoding.ASCII.GetBytes(session.Id);
        for (int from = 0, at; (at = copy.AsSpan(from).IndexOf(s_session)) >= 0; from += at + id.Length)
            id.CopyTo(copy.AsSpan(from + at));
        return copy;
    }

    /// <summary>Throws where the simulator logged a failure of its own, or does not serve a fresh session any more.</summary>
    public async Task CheckAsync()
    {
        ThrowIfFailed();
        Session fresh = await RentAsync();
        await InvokeAsync(fresh, new MxCommand { Kind = MxCommandKind.Ping, Ping = new PingCommand() });
        await CloseAsync(fresh.Id);
        while (_sessions.TryTake(out Session? session))
            await CloseAsync(session.Id);
    }

    public void ThrowIfFailed()
    {
        if (_errors.TryTake(out string? error))
            throw new FuzzException($"the simulator logged: {error}");
    }

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    private async Task InvokeAsync(Session session, MxCommand command)
    {
        MxCommandReply reply = await Transport.CallAsync(GatewayMethods.Invoke, new MxCommandRequest { SessionId = session.Id, Command = command }, default, CancellationToken.None);
        if (reply.ProtocolStatus.Code != ProtocolStatusCode.Ok)
            throw new FuzzException($"{command.Kind} is answered with {reply.ProtocolStatus}");
    }

    /// <summary>An open session.</summary>
    internal sealed class Session(string id)
    {
        public string Id { get; } = id;

        public int Uses { get; set; }
    }

    /// <summary>Keeps errors: what the simulator logs as such is a fault of its own.</summary>
    private sealed class ErrorLog : ILoggerFactory, ILogger
    {
        private readonly ConcurrentQueue<string> _errors = new();

        public bool TryTake(out string? error) => _errors.TryDequeue(out error);

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                _errors.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
