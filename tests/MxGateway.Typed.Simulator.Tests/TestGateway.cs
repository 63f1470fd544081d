using System.Text;
using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>A simulator and a caller of it, over real sockets. Nothing moves unless a test asks for it.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly List<GrpcHttp2Transport> _transports = [];

    private TestGateway(GatewaySimulator simulator, string? key)
    {
        Simulator = simulator;
        Transport = Caller(key);
    }

    public GatewaySimulator Simulator { get; }

    public GrpcHttp2Transport Transport { get; }

    public static async Task<TestGateway> StartAsync(GatewaySimulatorOptions? options = null, GalaxySnapshot? snapshot = null, string? key = null)
    {
        GatewaySimulator simulator = await GatewaySimulator.StartAsync(snapshot ?? TestPlant.Snapshot, options ?? new GatewaySimulatorOptions { ChangingPerSecond = 0 });
        return new TestGateway(simulator, key ?? simulator.GeneratedKey);
    }

    public static SimulatorKeys Keys(string json) => SimulatorKeys.Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>A caller with another key, or none.</summary>
    public GrpcHttp2Transport Caller(string? key)
    {
        var transport = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = Simulator.Endpoint, ApiKey = key });
        _transports.Add(transport);
        return transport;
    }

    public Task<TReply> CallAsync<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, TimeSpan? timeout = null)
        where TRequest : IMessage => Transport.CallAsync(method, request, new GrpcCallOptions(timeout), CancellationToken.None);

    public async Task<TestSession> OpenAsync()
    {
        OpenSessionReply reply = await CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest { ClientSessionName = "test" });
        return new TestSession(this, reply.SessionId);
    }

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        foreach (GrpcHttp2Transport transport in _transports)
            await transport.DisposeAsync();
    }

    /// <summary>The status that a call fails with.</summary>
    public static async Task<GrpcStatus> StatusOf(Func<Task> call) => (await Assert.ThrowsAsync<GrpcException>(call)).Status;
}

/// <summary>A session, in the words of the gateway.</summary>
/// <param name="gateway">The gateway.</param>
/// <param name="id">The session's id.</param>
/// <param name="caller">Who calls; null for the gateway's own caller.</param>
internal sealed class TestSession(TestGateway gateway, string id, GrpcHttp2Transport? caller = null)
{
    public string Id { get; } = id;

    public async Task<MxCommandReply> InvokeAsync(MxCommand command, TimeSpan? timeout = null) =>
        await (caller ?? gateway.Transport).CallAsync(
            GatewayMethods.Invoke, new MxCommandRequest { SessionId = Id, ClientCorrelationId = "c", Command = command }, new GrpcCallOptions(timeout), CancellationToken.None);

    /// <summary>Invokes, and fails the test unless the reply is OK.</summary>
    public async Task<MxCommandReply> OkAsync(MxCommand command)
    {
        MxCommandReply reply = await InvokeAsync(command);
        Assert.Equal(ProtocolStatusCode.Ok, reply.ProtocolStatus.Code);
        Assert.Equal(command.Kind, reply.Kind);
        Assert.Equal("c", reply.CorrelationId);
        Assert.Equal(Id, reply.SessionId);
        return reply;
    }

    public async Task<int> RegisterAsync() =>
        (await OkAsync(new MxCommand { Kind = MxCommandKind.Register, Register = new RegisterCommand { ClientName = "test" } })).Register.ServerHandle;

    public async Task<int> AddItemAsync(int server, string reference) =>
        (await OkAsync(new MxCommand { Kind = MxCommandKind.AddItem, AddItem = new AddItemCommand { ServerHandle = server, ItemDefinition = reference } })).AddItem.ItemHandle;

    public Task<MxCommandReply> AdviseAsync(int server, int item) => OkAsync(Advise(server, item));

    public async Task<BulkSubscribeReply> SubscribeAsync(int server, params IEnumerable<string> references) =>
        (await OkAsync(new MxCommand { Kind = MxCommandKind.SubscribeBulk, SubscribeBulk = new SubscribeBulkCommand { ServerHandle = server, TagAddresses = { references } } })).SubscribeBulk;

    public async Task<BulkReadReply> ReadAsync(int server, params IEnumerable<string> references) =>
        (await OkAsync(new MxCommand { Kind = MxCommandKind.ReadBulk, ReadBulk = new ReadBulkCommand { ServerHandle = server, TagAddresses = { references } } })).ReadBulk;

    public async Task<int> AuthenticateAsync(int server, string user, string password) =>
        (await OkAsync(Authenticate(server, user, password))).AuthenticateUser.UserId;

    public async Task<CloseSessionReply> CloseAsync() => await gateway.CallAsync(GatewayMethods.CloseSession, new CloseSessionRequest { SessionId = Id });

    /// <summary>Attaches the event stream.</summary>
    public async Task<TestEvents> StreamAsync(ulong after = 0)
    {
        IGrpcStream<MxEvent> stream = gateway.Transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest { SessionId = Id, AfterWorkerSequence = after }, default);
        await stream.Headers;
        return new TestEvents(stream);
    }

    public static MxCommand Advise(int server, int item) => new() { Kind = MxCommandKind.Advise, Advise = new AdviseCommand { ServerHandle = server, ItemHandle = item } };

    public static MxCommand UnAdvise(int server, int item) => new() { Kind = MxCommandKind.UnAdvise, UnAdvise = new UnAdviseCommand { ServerHandle = server, ItemHandle = item } };

    public static MxCommand Remove(int server, int item) => new() { Kind = MxCommandKind.RemoveItem, RemoveItem = new RemoveItemCommand { ServerHandle = server, ItemHandle = item } };

    public static MxCommand Write(int server, int item, MxValue value, int user = 0) =>
        new() { Kind = MxCommandKind.Write, Write = new WriteCommand { ServerHandle = server, ItemHandle = item, Value = value, UserId = user } };

    public static MxCommand WriteSecured(int server, int item, MxValue value, int user, int verifier) =>
        new() { Kind = MxCommandKind.WriteSecured, WriteSecured = new WriteSecuredCommand { ServerHandle = server, ItemHandle = item, Value = value, CurrentUserId = user, VerifierUserId = verifier } };

    public static MxCommand Authenticate(int server, string user, string password) =>
        new() { Kind = MxCommandKind.AuthenticateUser, AuthenticateUser = new AuthenticateUserCommand { ServerHandle = server, UserName = user, Password = password } };
}

/// <summary>A session's events, one after the other.</summary>
internal sealed class TestEvents(IGrpcStream<MxEvent> stream) : IAsyncDisposable
{
    // A real wait, so that a simulator which sends nothing fails the test and does not hang it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public async Task<MxEvent> NextAsync() => await MoveAsync() ? stream.Current : throw new InvalidOperationException("the stream ended with OK");

    public async Task<MxEvent> NextAsync(MxEventFamily family)
    {
        MxEvent next = await NextAsync();
        Assert.Equal(family, next.Family);
        return next;
    }

    /// <summary>Reads on to the end: true where it was OK.</summary>
    public async Task EndAsync()
    {
        while (await MoveAsync())
        {
        }
    }

    public Task<bool> MoveAsync() => stream.MoveNextAsync(CancellationToken.None).AsTask().WaitAsync(s_patience);

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
