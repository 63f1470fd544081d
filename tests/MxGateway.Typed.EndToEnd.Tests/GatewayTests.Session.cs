using MxGateway.Contracts.Proto;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.EndToEnd.Tests;

public abstract partial class GatewayTests
{
    private const string FloatTag = "Pump_001.SpeedSetpoint", IntegerTag = "Pump_001.Mode", SecuredTag = "Valve_102.Command";

    [PeerFact]
    public async Task Every_command_is_carried_out_as_its_method_says()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using (var client = new MxGatewayClient(gateway.Options))
        await using (MxSession session = await client.OpenSessionAsync("every command"))
        {
            await using MxEventStream stream = await session.AttachEventsAsync();
            await using IAsyncEnumerator<MxSessionEvent> events = stream.GetAsyncEnumerator();
            await session.PingAsync();
            Assert.Equal(MxSessionState.Ready, await session.GetSessionStateAsync());
            int server = await session.RegisterAsync("every command");

            await OneByOneAsync(session, server, events);
            await SignedAsync(session, server, events);
            await BufferedAsync(session, server, events);
            await InBulkAsync(session, server, events);
            await session.UnregisterAsync(server);
            Assert.Equal(MxSessionState.Closed, await session.CloseAsync());
            while (await events.MoveNextAsync())
            {
                // Closing ends the stream, after what was under way.
            }
        }

        Assert.All(Enum.GetValues<MxCommandKind>().Where(kind => kind != default), kind => Assert.True(gateway.Count(kind) > 0, $"{kind} was not sent"));
        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task What_fails_keeps_the_gateways_answer_and_says_whose_fault_it_is()
    {
        await using TestGateway gateway = await StartAsync(new() { Users = s_users });
        await using var client = new MxGatewayClient(gateway.Options);
        await using MxSession session = await client.OpenSessionAsync();
        int server = await session.RegisterAsync("faults");

        MxAccessException refused = await Assert.ThrowsAsync<MxAccessException>(() => session.AdviseAsync(server, 4711));
        Assert.Equal(unchecked((int)0x80070057), refused.HResult);
        Assert.Equal((ProtocolStatusCode.MxaccessFailure, MxCommandKind.Advise), (refused.RawReply!.ProtocolStatus.Code, refused.RawReply.Kind));

        var guid = Guid.NewGuid();
        MxAccessException stranger = await Assert.ThrowsAsync<MxAccessException>(() => session.ArchestrAUserToIdAsync(server, guid));
        MxAccessException wrong = await Assert.ThrowsAsync<MxAccessException>(() => session.AuthenticateUserAsync(server, new MxCredentials("ann", "planted5ecret-wrong")));
        Assert.DoesNotContain(guid.ToString(), $"{stranger}{stranger.RawReply}", StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("planted", $"{wrong}{wrong.RawReply}");

        await using (MxEventStream only = await session.AttachEventsAsync())
        {
            MxProtocolException second = await Assert.ThrowsAsync<MxProtocolException>(() => session.AttachEventsAsync());
            Assert.Equal(GrpcStatusCode.AlreadyExists, Assert.IsType<GrpcException>(second.InnerException).Code);
        }

        await session.CloseAsync();
        MxConnectionException gone = await Assert.ThrowsAsync<MxConnectionException>(() => session.PingAsync());
        Assert.Equal(GrpcStatusCode.NotFound, Assert.IsType<GrpcException>(gone.InnerException).Code);
        await using var stranded = new MxGatewayClient(gateway.Options with { ApiKey = MxApiKey.From("mxgw_wrong_planted5ecret") });
        MxAuthorizationException key = await Assert.ThrowsAsync<MxAuthorizationException>(() => stranded.OpenSessionAsync());
        Assert.Equal(GrpcStatusCode.Unauthenticated, Assert.IsType<GrpcException>(key.InnerException).Code);
    }

    [PeerFact]
    public async Task A_session_is_taken_up_by_its_id_and_its_events_are_resumed_after_a_sequence()
    {
        await using TestGateway gateway = await StartAsync(new());
        string id;
        int server, item;
        ulong last;
        await using (var first = new MxGatewayClient(gateway.Options))
        {
            MxSession session = await first.OpenSessionAsync();
            id = session.Id;
            server = await session.RegisterAsync("first");
            await using MxEventStream stream = await session.AttachEventsAsync();
            await using IAsyncEnumerator<MxSessionEvent> events = stream.GetAsyncEnumerator();
            item = await session.AddItemAsync(server, IntegerTag);
            await session.AdviseAsync(server, item);
            last = (await NextAsync<MxDataChange>(events, item)).Sequence;
        }

        await using (var second = new MxGatewayClient(gateway.Options))
        {
            MxSession session = second.TakeUpSession(id);
            Assert.Null(session.Capabilities);
            await session.WriteAsync(server, item, 77);
            MxSessionEvent[] missed = [.. await TwoOfAsync(session.StreamEventsAsync(last))];
            Assert.Equal([last + 1, last + 2], missed.Select(e => e.Sequence));
            Assert.Equal(77, missed.OfType<MxDataChange>().Single().Value);
            Assert.Single(missed.OfType<MxWriteComplete>());

            // It is not this process's to close.
            await session.DisposeAsync();
            await session.PingAsync();
            await session.UnAdviseAsync(server, item);
            await session.RemoveItemAsync(server, item);
            await session.UnregisterAsync(server);
            await session.CloseAsync();
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task The_raw_calls_have_the_messages_of_the_wire()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using var client = new MxGatewayClient(gateway.Options);
        OpenSessionReply opened = await client.OpenSessionRawAsync(new() { ClientSessionName = "raw" });
        Assert.Equal(ProtocolStatusCode.Ok, opened.ProtocolStatus.Code);
        MxCommandReply registered = await client.InvokeRawAsync(
            new() { SessionId = opened.SessionId, Command = new() { Kind = MxCommandKind.Register, Register = new() { ClientName = "raw" } } });
        int server = registered.Register.ServerHandle;

        // What MXAccess or the gateway refuses is a reply.
        MxCommandReply refused = await client.InvokeRawAsync(
            new() { SessionId = opened.SessionId, Command = new() { Kind = MxCommandKind.Advise, Advise = new() { ServerHandle = server, ItemHandle = 4711 } } });
        Assert.Equal(ProtocolStatusCode.MxaccessFailure, refused.ProtocolStatus.Code);
        MxCommandReply mad = await client.InvokeRawAsync(
            new() { SessionId = opened.SessionId, Command = new() { Kind = MxCommandKind.Register, Ping = new() } });
        Assert.Equal(ProtocolStatusCode.InvalidRequest, mad.ProtocolStatus.Code);

        MxCommandReply added = await client.InvokeRawAsync(new()
        {
            SessionId = opened.SessionId,
            Command = new() { Kind = MxCommandKind.SubscribeBulk, SubscribeBulk = new() { ServerHandle = server, TagAddresses = { IntegerTag } } },
        });
        await client.InvokeRawAsync(new() { SessionId = opened.SessionId, Command = Write(server, added.SubscribeBulk.Results[0].ItemHandle, 78) });
        await using (IAsyncEnumerator<MxEvent> events =
            client.StreamEventsRawAsync(new() { SessionId = opened.SessionId, AfterWorkerSequence = 1 }).GetAsyncEnumerator())
        {
            Assert.True(await events.MoveNextAsync());
            Assert.Equal(2UL, events.Current.WorkerSequence);
        }

        CloseSessionReply closed = await client.CloseSessionRawAsync(new() { SessionId = opened.SessionId });
        Assert.Equal(SessionState.Closed, closed.FinalState);
        await Assert.ThrowsAsync<MxConnectionException>(() => client.CloseSessionRawAsync(new() { SessionId = opened.SessionId }));
    }

    private static async Task OneByOneAsync(MxSession session, int server, IAsyncEnumerator<MxSessionEvent> events)
    {
        int item = await session.AddItemAsync(server, FloatTag);
        await session.AdviseAsync(server, item);
        MxDataChange first = await NextAsync<MxDataChange>(events, item);
        Assert.True(first.Quality.IsGood);
        Assert.Equal((server, MxVariantKind.Float, MxDataType.Float), (first.ServerHandle, first.Value.Kind, first.Value.DataType));
        Assert.All(first.Statuses, status => Assert.True(status.IsOk));

        await session.WriteAsync(server, item, 41.5f);
        Assert.True((await NextAsync<MxWriteComplete>(events, item)).Statuses.Single().IsOk);
        Assert.Equal(41.5f, (await ReadAsync(session, server, FloatTag)).Value);
        DateTimeOffset time = new(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);
        await session.Write2Async(server, item, 42.5f, time);
        await NextAsync<MxWriteComplete>(events, item);
        MxBulkReadResult stamped = await ReadAsync(session, server, FloatTag);
        Assert.Equal((42.5f, time, true), (stamped.Value, stamped.SourceTimestamp, stamped.WasCached));

        // A suspended item keeps quiet, and says what was missed once it is activated.
        Assert.True((await session.SuspendAsync(server, item)).IsOk);
        await session.WriteAsync(server, item, 43.5f);
        await NextAsync<MxWriteComplete>(events, item);
        Assert.True((await session.ActivateAsync(server, item)).IsOk);
        while ((await NextAsync<MxDataChange>(events, item)).Value != 43.5f)
        {
            // Those of the writes before.
        }

        await session.UnAdviseAsync(server, item);
        await session.RemoveItemAsync(server, item);

        int relative = await session.AddItem2Async(server, "Me.Mode", "Pump_001");
        await session.AdviseSupervisoryAsync(server, relative);
        Assert.Equal(MxVariantKind.Int32, (await NextAsync<MxDataChange>(events, relative)).Value.Kind);
        await session.UnAdviseAsync(server, relative);
        await session.RemoveItemAsync(server, relative);
    }

    private static async Task SignedAsync(MxSession session, int server, IAsyncEnumerator<MxSessionEvent> events)
    {
        MxUserId ann = await session.AuthenticateUserAsync(server, s_ann), other = await session.ArchestrAUserToIdAsync(server, Guid.NewGuid());
        Assert.NotEqual(MxUserId.None, ann);
        Assert.Equal("(user id)", $"{other}");
        int item = await session.AddItemAsync(server, SecuredTag);
        await session.AdviseAsync(server, item);
        await NextAsync<MxDataChange>(events, item);
        foreach (bool value in new[] { false, true })
        {
            await session.WriteSecuredAsync(server, item, ann, ann, value);
            await NextAsync<MxWriteComplete>(events, item);
            Assert.Equal(value, (await ReadAsync(session, server, SecuredTag)).Value);
            await session.WriteSecured2Async(server, item, ann, other, !value, DateTimeOffset.UnixEpoch);
            await NextAsync<MxWriteComplete>(events, item);
            Assert.Equal((!value, DateTimeOffset.UnixEpoch), await StampedAsync(session, server, SecuredTag));

            MxBulkWriteResult row = Assert.Single(await session.WriteSecuredBulkAsync(server, [new(item, ann, ann, value)]));
            Assert.Equal((item, true), (row.ItemHandle, row.WasSuccessful));
            await NextAsync<MxWriteComplete>(events, item);
            Assert.Equal(value, (await ReadAsync(session, server, SecuredTag)).Value);
            await session.WriteSecured2BulkAsync(server, [new(item, ann, ann, !value, DateTimeOffset.UnixEpoch)]);
            await NextAsync<MxWriteComplete>(events, item);
            Assert.Equal((!value, DateTimeOffset.UnixEpoch), await StampedAsync(session, server, SecuredTag));
        }

        // A plain write of it is refused, and says so by its completion.
        await session.WriteAsync(server, item, true);
        Assert.Equal(1012, (await NextAsync<MxWriteComplete>(events, item)).Statuses.Single().Detail);
        await session.UnAdviseAsync(server, item);
        await session.RemoveItemAsync(server, item);
    }

    private static async Task BufferedAsync(MxSession session, int server, IAsyncEnumerator<MxSessionEvent> events)
    {
        await session.SetBufferedUpdateIntervalAsync(server, TimeSpan.FromMilliseconds(1));
        int buffered = await session.AddBufferedItemAsync(server, IntegerTag);
        await session.AdviseAsync(server, buffered);
        MxBufferedDataChange change = await NextAsync<MxBufferedDataChange>(events, buffered);
        Assert.Equal(MxDataType.Integer, change.DataType);
        Assert.All(change.Samples, sample => Assert.Equal((true, MxVariantKind.Int32), (sample.Quality.IsGood, sample.Value.Kind)));
        Assert.NotEmpty(change.Samples);
        await session.UnAdviseAsync(server, buffered);
        await session.RemoveItemAsync(server, buffered);
    }

    private static async Task InBulkAsync(MxSession session, int server, IAsyncEnumerator<MxSessionEvent> events)
    {
        // Rows in the request's order; one that fails fails no other.
        IReadOnlyList<MxBulkItem> added = await session.AddItemBulkAsync(server, [FloatTag, IntegerTag]);
        Assert.All(added, row => Assert.True(row.WasSuccessful));
        int[] handles = [.. added.Select(row => row.ItemHandle)];
        IReadOnlyList<MxBulkItem> advised = await session.AdviseItemBulkAsync(server, [handles[0], 4711, handles[1]]);
        Assert.Equal([true, false, true], advised.Select(row => row.WasSuccessful));
        Assert.NotEmpty(advised[1].ErrorMessage);
        await session.UnAdviseItemBulkAsync(server, handles);
        await session.RemoveItemBulkAsync(server, handles);

        handles = [.. (await session.SubscribeBulkAsync(server, [FloatTag, IntegerTag])).Select(row => row.ItemHandle)];
        await NextAsync<MxDataChange>(events, handles[1]);
        IReadOnlyList<MxBulkWriteResult> written = await session.WriteBulkAsync(server, [new(handles[0], 51.5f), new(4711, 1), new(handles[1], 51)]);
        Assert.Equal([true, false, true], written.Select(row => row.WasSuccessful));
        Assert.Equal(unchecked((int)0x80070057), written[1].HResult);
        await NextAsync<MxWriteComplete>(events, handles[1]);
        IReadOnlyList<MxBulkReadResult> read = await session.ReadBulkAsync(server, [FloatTag, "No.Such", IntegerTag], TimeSpan.FromSeconds(5));
        Assert.Equal([51.5f, default, 51], read.Select(row => row.Value));
        Assert.Equal([true, false, true], read.Select(row => row.WasSuccessful));

        await session.Write2BulkAsync(server, [new(handles[0], 52.5f, DateTimeOffset.UnixEpoch), new(handles[1], 52, DateTimeOffset.UnixEpoch)]);
        await NextAsync<MxWriteComplete>(events, handles[1]);
        Assert.Equal((52.5f, DateTimeOffset.UnixEpoch), await StampedAsync(session, server, FloatTag));
        Assert.All(await session.UnsubscribeBulkAsync(server, handles), row => Assert.True(row.WasSuccessful));
    }

    private static MxCommand Write(int server, int item, int value) => new()
    {
        Kind = MxCommandKind.Write,
        Write = new() { ServerHandle = server, ItemHandle = item, Value = new() { DataType = Contracts.Proto.MxDataType.Integer, Int32Value = value } },
    };

    /// <summary>The next event of a kind that is of an item; what comes before it is of no interest.</summary>
    private static async Task<T> NextAsync<T>(IAsyncEnumerator<MxSessionEvent> events, int item)
        where T : MxSessionEvent
    {
        do
            Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)), "the stream ended");
        while (events.Current is not T || events.Current.ItemHandle != item);
        return (T)events.Current;
    }

    private static async Task<IEnumerable<MxSessionEvent>> TwoOfAsync(IAsyncEnumerable<MxSessionEvent> events)
    {
        var taken = new List<MxSessionEvent>();
        await foreach (MxSessionEvent e in events)
        {
            taken.Add(e);
            if (taken.Count == 2)
                break;
        }

        return taken;
    }

    private static async Task<MxBulkReadResult> ReadAsync(MxSession session, int server, string reference) =>
        Assert.Single(await session.ReadBulkAsync(server, [reference]));

    private static async Task<(MxVariant Value, DateTimeOffset? Time)> StampedAsync(MxSession session, int server, string reference)
    {
        MxBulkReadResult read = await ReadAsync(session, server, reference);
        return (read.Value, read.SourceTimestamp);
    }
}
