using System.Collections.Concurrent;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>
/// What the plant says of its own values: every change of some Integer tags, in order, over a session without our client. A write of a value that its tag never
/// had before was applied where a change to that value came, and was not where none came.
/// </summary>
internal sealed class AppliedWrites : IAsyncDisposable
{
    private readonly GrpcHttp2Transport _transport;
    private readonly GrpcCallOptions _key;
    private readonly Dictionary<int, string> _tags = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<int>> _applied = new();
    private string _session = "";
    private int _server;
    private IGrpcStream<MxEvent>? _events;
    private Task _reading = Task.CompletedTask;

    private AppliedWrites(GatewaySimulator simulator, string key)
    {
        _transport = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = simulator.Endpoint });
        _key = new GrpcCallOptions(TimeSpan.FromSeconds(30), GrpcMetadata.From([new("authorization", $"Bearer {key}")]));
    }

    public static async Task<AppliedWrites> WatchAsync(GatewaySimulator simulator, string key, IReadOnlyList<string> tags)
    {
        var watch = new AppliedWrites(simulator, key);
        watch._session = (await watch._transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), watch._key, default)).SessionId;
        watch._server = (await watch.InvokeAsync(new() { Kind = MxCommandKind.Register, Register = new() })).Register.ServerHandle;
        var request = new StreamEventsRequest { SessionId = watch._session };
        watch._events = watch._transport.Stream(GatewayMethods.StreamEvents, request, new GrpcCallOptions(null, watch._key.Metadata));
        await watch._events.Headers;
        MxCommandReply reply = await watch.InvokeAsync(
            new() { Kind = MxCommandKind.SubscribeBulk, SubscribeBulk = new() { ServerHandle = watch._server, TagAddresses = { tags } } });
        foreach (SubscribeResult row in reply.SubscribeBulk.Results)
            watch._tags[row.ItemHandle] = row.TagAddress;
        watch._reading = watch.ReadAsync();
        await Retry.Until("every tag has told its first value", () => watch._applied.Count == tags.Count);
        return watch;
    }

    /// <summary>The values that a tag has had, its first one before all writes.</summary>
    public int[] Of(string tag) => [.. _applied[tag]];

    /// <summary>Waits until all changes that happened before have been told, by a change of a tag that nobody else writes.</summary>
    public async Task ArriveAsync(string markerTag, int marker)
    {
        int handle = _tags.Single(tag => tag.Value == markerTag).Key;
        await InvokeAsync(new()
        {
            Kind = MxCommandKind.Write,
            Write = new() { ServerHandle = _server, ItemHandle = handle, Value = new() { Int32Value = marker } },
        });
        await Retry.Until("the marker has come", () => _applied[markerTag].Contains(marker));
    }

    public async ValueTask DisposeAsync()
    {
        await _events!.DisposeAsync();
        await _transport.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _events!.MoveNextAsync(default))
                if (_events.Current is { Family: MxEventFamily.OnDataChange } e)
                    _applied.GetOrAdd(_tags[e.ItemHandle], _ => new()).Enqueue(e.Value.Int32Value);
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private Task<MxCommandReply> InvokeAsync(MxCommand command) =>
        _transport.CallAsync(GatewayMethods.Invoke, new MxCommandRequest { SessionId = _session, Command = command }, _key, default);
}
