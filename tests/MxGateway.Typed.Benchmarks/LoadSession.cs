using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Benchmarks;

/// <summary>A client of a gateway, with a connection of its own: one session that advises many items, and reads its events as they come.</summary>
internal sealed class LoadSession : IAsyncDisposable
{
    private const int BulkSize = 500;

    private readonly GrpcHttp2Transport _transport;
    private TaskCompletionSource _marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private long _received;
    private int _marker;

    private LoadSession(GrpcHttp2Transport transport, string id)
    {
        _transport = transport;
        Id = id;
    }

    public string Id { get; }

    /// <summary>How many events have come; each had the number after the one before.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Opens a session and registers.</summary>
    public static async Task<LoadSession> OpenAsync(Uri endpoint, string key)
    {
        var transport = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = endpoint, ApiKey = key });
        try
        {
            OpenSessionReply reply = await transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, CancellationToken.None);
            var session = new LoadSession(transport, reply.SessionId);
            await session.InvokeAsync(new MxCommand { Kind = MxCommandKind.Register, Register = new RegisterCommand() });
            return session;
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }

    /// <summary>Attaches the stream, advises the items, and reads from then on.</summary>
    public async Task AdviseAsync(IEnumerable<string> references)
    {
        IGrpcStream<MxEvent> stream = await AttachAsync();
        _reading = ReadAsync(stream);
        foreach (string[] some in references.Chunk(BulkSize))
            await SubscribeAsync(some);
        var command = new MxCommand { Kind = MxCommandKind.AddItem, AddItem = new AddItemCommand { ServerHandle = 1, ItemDefinition = "Nothing.ButAMark" } };
        _marker = (await InvokeAsync(command)).AddItem.ItemHandle;
    }

    /// <summary>Attaches the stream, for somebody else to read it, or not.</summary>
    public async Task<IGrpcStream<MxEvent>> AttachAsync()
    {
        IGrpcStream<MxEvent> stream = _transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest { SessionId = Id }, default);
        await stream.Headers;
        return stream;
    }

    /// <summary>Adds and advises items.</summary>
    /// <returns>Their handles.</returns>
    public async Task<int[]> SubscribeAsync(IReadOnlyCollection<string> references)
    {
        var command = new MxCommand { Kind = MxCommandKind.SubscribeBulk, SubscribeBulk = new SubscribeBulkCommand { ServerHandle = 1, TagAddresses = { references } } };
        return [.. (await InvokeAsync(command)).SubscribeBulk.Results.Select(row => row.ItemHandle)];
    }

    /// <summary>
    /// Waits until everything that was published so far is here: a wrong reference gets one event each time that it is advised, and that comes behind all
    /// others.
    /// </summary>
    public async Task CatchUpAsync()
    {
        Task marked = (_marked = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        await InvokeAsync(new MxCommand { Kind = MxCommandKind.Advise, Advise = new AdviseCommand { ServerHandle = 1, ItemHandle = _marker } });
        if (await Task.WhenAny(marked, _reading) == _reading)
        {
            await _reading;
            throw new InvalidOperationException($"{Id}: the stream has ended");
        }
    }

    public async Task<MxCommandReply> InvokeAsync(MxCommand command)
    {
        var request = new MxCommandRequest { SessionId = Id, Command = command };
        MxCommandReply reply = await _transport.CallAsync(GatewayMethods.Invoke, request, default, CancellationToken.None);
        return reply.ProtocolStatus.Code == ProtocolStatusCode.Ok ? reply : throw new InvalidOperationException($"{command.Kind} is answered with {reply.ProtocolStatus}");
    }

    /// <summary>Closes the session, which ends the stream with OK, and tells what the reading met.</summary>
    public async ValueTask DisposeAsync()
    {
        await _transport.CallAsync(GatewayMethods.CloseSession, new CloseSessionRequest { SessionId = Id }, default, CancellationToken.None);
        await _reading;
        await _transport.DisposeAsync();
    }

    private async Task ReadAsync(IGrpcStream<MxEvent> stream)
    {
        await using (stream)
        {
            while (await stream.MoveNextAsync(CancellationToken.None))
            {
                if (stream.Current.WorkerSequence != (ulong)_received + 1)
                    throw new InvalidOperationException($"{Id}: after event {_received} came event {stream.Current.WorkerSequence}");
                Volatile.Write(ref _received, _received + 1);
                if (stream.Current.ItemHandle == _marker)
                    _marked.TrySetResult();
            }
        }
    }
}
