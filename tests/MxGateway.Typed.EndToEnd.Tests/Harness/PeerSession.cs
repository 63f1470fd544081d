using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>A session with a registration, call by call: for tests of the transport, below the client.</summary>
internal sealed class PeerSession(GrpcHttp2Transport transport, string id)
{
    private int _server;

    public string Id => id;

    public static async Task<PeerSession> OpenAsync(GrpcHttp2Transport transport)
    {
        OpenSessionReply reply = await transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default);
        var session = new PeerSession(transport, reply.SessionId);
        session._server = (await session.InvokeAsync(new() { Kind = MxCommandKind.Register, Register = new() })).Register.ServerHandle;
        return session;
    }

    /// <summary>An item that had its first value, so that it takes writes; not advised any more.</summary>
    public async Task<int> AddWritableAsync(string reference)
    {
        var add = new MxCommand { Kind = MxCommandKind.AddItem, AddItem = new() { ServerHandle = _server, ItemDefinition = reference } };
        int item = (await InvokeAsync(add)).AddItem.ItemHandle;
        await InvokeAsync(new() { Kind = MxCommandKind.Advise, Advise = new() { ServerHandle = _server, ItemHandle = item } });
        await InvokeAsync(new() { Kind = MxCommandKind.UnAdvise, UnAdvise = new() { ServerHandle = _server, ItemHandle = item } });
        return item;
    }

    public Task PingAsync(GrpcHttp2Transport? other = null) => InvokeAsync(new() { Kind = MxCommandKind.Ping, Ping = new() }, other);

    public Task<MxCommandReply> ReadAsync(string reference, GrpcHttp2Transport? other = null) => InvokeAsync(Read(reference, timeoutMilliseconds: 5000), other);

    public MxCommand Read(string reference, uint timeoutMilliseconds) => new()
    {
        Kind = MxCommandKind.ReadBulk,
        ReadBulk = new() { ServerHandle = _server, TagAddresses = { reference }, TimeoutMs = timeoutMilliseconds },
    };

    /// <summary>With a time of its own, so that what is read back has the same size each time.</summary>
    public MxCommand Write(int item, string text) => new()
    {
        Kind = MxCommandKind.Write2,
        Write2 = new()
        {
            ServerHandle = _server,
            ItemHandle = item,
            Value = new() { DataType = Contracts.Proto.MxDataType.String, StringValue = text },
            TimestampValue = new() { DataType = Contracts.Proto.MxDataType.Time, TimestampValue = new() { Seconds = 1_790_000_000 } },
        },
    };

    public IGrpcStream<MxEvent> Stream(GrpcHttp2Transport over) =>
        over.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest { SessionId = id }, default);

    /// <summary>Streams the session's events, as soon as the gateway has let go of the stream before: until then it answers ALREADY_EXISTS.</summary>
    public async Task AttachAsync(GrpcHttp2Transport over, string reference)
    {
        while (true)
        {
            await using IGrpcStream<MxEvent> stream = Stream(over);
            Task<bool> first = stream.MoveNextAsync(default).AsTask();
            while (!first.IsCompleted)
                await AddWritableAsync(reference);
            try
            {
                Assert.True(await first);
                return;
            }
            catch (GrpcException e) when (e.Code == GrpcStatusCode.AlreadyExists)
            {
                // The gateway has not seen yet that its last stream is gone.
            }
        }
    }

    private async Task<MxCommandReply> InvokeAsync(MxCommand command, GrpcHttp2Transport? other = null)
    {
        var request = new MxCommandRequest { SessionId = id, Command = command };
        MxCommandReply reply = await (other ?? transport).CallAsync(GatewayMethods.Invoke, request, default, default);
        Assert.Equal(ProtocolStatusCode.Ok, reply.ProtocolStatus.Code);
        return reply;
    }
}
