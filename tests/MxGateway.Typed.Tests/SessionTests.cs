using System.Reflection;
using Google.Protobuf;
using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Tests;

/// <summary>A session's own commands: what goes onto the wire, and what becomes of answers.</summary>
public sealed class SessionTests
{
    private static readonly MxUserId s_ann = MxUserId.FromNumber(7001), s_bob = MxUserId.FromNumber(7002);
    private static readonly DateTimeOffset s_time = new(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);
    private static readonly Guid s_guid = Guid.Parse("6f9619ff-8b86-d011-b42d-00cf4fc964ff");

    /// <summary>Each command: the call that sends it, and the payload that it has on the wire.</summary>
    public static TheoryData<MxCommandKind, Func<MxSession, Task>, string> Commands => new()
    {
        { MxCommandKind.Register, s => s.RegisterAsync("app"), """{ "register": { "clientName": "app" } }""" },
        { MxCommandKind.Unregister, s => s.UnregisterAsync(5), """{ "unregister": { "serverHandle": 5 } }""" },
        { MxCommandKind.AddItem, s => s.AddItemAsync(5, "A.B"), """{ "addItem": { "serverHandle": 5, "itemDefinition": "A.B" } }""" },
        {
            MxCommandKind.AddItem2, s => s.AddItem2Async(5, "Me.B", "A"),
            """{ "addItem2": { "serverHandle": 5, "itemDefinition": "Me.B", "itemContext": "A" } }"""
        },
        { MxCommandKind.RemoveItem, s => s.RemoveItemAsync(5, 9), """{ "removeItem": { "serverHandle": 5, "itemHandle": 9 } }""" },
        { MxCommandKind.Advise, s => s.AdviseAsync(5, 9), """{ "advise": { "serverHandle": 5, "itemHandle": 9 } }""" },
        { MxCommandKind.UnAdvise, s => s.UnAdviseAsync(5, 9), """{ "unAdvise": { "serverHandle": 5, "itemHandle": 9 } }""" },
        { MxCommandKind.AdviseSupervisory, s => s.AdviseSupervisoryAsync(5, 9), """{ "adviseSupervisory": { "serverHandle": 5, "itemHandle": 9 } }""" },
        {
            MxCommandKind.AddBufferedItem, s => s.AddBufferedItemAsync(5, "Me.B", "A"),
            """{ "addBufferedItem": { "serverHandle": 5, "itemDefinition": "Me.B", "itemContext": "A" } }"""
        },
        {
            MxCommandKind.SetBufferedUpdateInterval, s => s.SetBufferedUpdateIntervalAsync(5, TimeSpan.FromSeconds(2)),
            """{ "setBufferedUpdateInterval": { "serverHandle": 5, "updateIntervalMs": 2000 } }"""
        },
        { MxCommandKind.Suspend, s => s.SuspendAsync(5, 9), """{ "suspend": { "serverHandle": 5, "itemHandle": 9 } }""" },
        { MxCommandKind.Activate, s => s.ActivateAsync(5, 9), """{ "activate": { "serverHandle": 5, "itemHandle": 9 } }""" },
        { MxCommandKind.Write, s => s.WriteAsync(5, 9, 1.5f, s_ann), $$"""{ "write": { "serverHandle": 5, "itemHandle": 9, "value": {{Float}}, "userId": 7001 } }""" },
        {
            MxCommandKind.Write2, s => s.Write2Async(5, 9, 1.5f, s_time, s_ann),
            $$"""{ "write2": { "serverHandle": 5, "itemHandle": 9, "value": {{Float}}, "timestampValue": {{Time}}, "userId": 7001 } }"""
        },
        {
            MxCommandKind.WriteSecured, s => s.WriteSecuredAsync(5, 9, s_ann, s_bob, 1.5f),
            $$"""{ "writeSecured": { "serverHandle": 5, "itemHandle": 9, "currentUserId": 7001, "verifierUserId": 7002, "value": {{Float}} } }"""
        },
        {
            MxCommandKind.WriteSecured2, s => s.WriteSecured2Async(5, 9, s_ann, s_bob, 1.5f, s_time),
            $$"""
            { "writeSecured2": { "serverHandle": 5, "itemHandle": 9, "currentUserId": 7001, "verifierUserId": 7002, "value": {{Float}}, "timestampValue": {{Time}} } }
            """
        },
        {
            MxCommandKind.AuthenticateUser, s => s.AuthenticateUserAsync(5, new MxCredentials("ann", "planted5ecret")),
            """{ "authenticateUser": { "serverHandle": 5, "userName": "ann", "password": "planted5ecret" } }"""
        },
        {
            MxCommandKind.ArchestraUserToId, s => s.ArchestrAUserToIdAsync(5, s_guid),
            """{ "archestraUserToId": { "serverHandle": 5, "userGuid": "6f9619ff-8b86-d011-b42d-00cf4fc964ff" } }"""
        },
        { MxCommandKind.AddItemBulk, s => s.AddItemBulkAsync(5, ["A.B", "A.C"]), """{ "addItemBulk": { "serverHandle": 5, "tagAddresses": ["A.B", "A.C"] } }""" },
        { MxCommandKind.AdviseItemBulk, s => s.AdviseItemBulkAsync(5, [8, 9]), """{ "adviseItemBulk": { "serverHandle": 5, "itemHandles": [8, 9] } }""" },
        { MxCommandKind.RemoveItemBulk, s => s.RemoveItemBulkAsync(5, [8, 9]), """{ "removeItemBulk": { "serverHandle": 5, "itemHandles": [8, 9] } }""" },
        { MxCommandKind.UnAdviseItemBulk, s => s.UnAdviseItemBulkAsync(5, [8, 9]), """{ "unAdviseItemBulk": { "serverHandle": 5, "itemHandles": [8, 9] } }""" },
        { MxCommandKind.SubscribeBulk, s => s.SubscribeBulkAsync(5, ["A.B", "A.C"]), """{ "subscribeBulk": { "serverHandle": 5, "tagAddresses": ["A.B", "A.C"] } }""" },
        { MxCommandKind.UnsubscribeBulk, s => s.UnsubscribeBulkAsync(5, [8, 9]), """{ "unsubscribeBulk": { "serverHandle": 5, "itemHandles": [8, 9] } }""" },
        {
            MxCommandKind.WriteBulk, s => s.WriteBulkAsync(5, [new(8, 1.5f), new(9, 1.5f, s_ann)]),
            $$"""{ "writeBulk": { "serverHandle": 5, "entries": [{ "itemHandle": 8, "value": {{Float}} }, { "itemHandle": 9, "value": {{Float}}, "userId": 7001 }] } }"""
        },
        {
            MxCommandKind.Write2Bulk, s => s.Write2BulkAsync(5, [new(9, 1.5f, s_time, s_ann)]),
            $$"""{ "write2Bulk": { "serverHandle": 5, "entries": [{ "itemHandle": 9, "value": {{Float}}, "timestampValue": {{Time}}, "userId": 7001 }] } }"""
        },
        {
            MxCommandKind.WriteSecuredBulk, s => s.WriteSecuredBulkAsync(5, [new(9, s_ann, s_bob, 1.5f)]),
            $$"""{ "writeSecuredBulk": { "serverHandle": 5, "entries": [{ "itemHandle": 9, "currentUserId": 7001, "verifierUserId": 7002, "value": {{Float}} }] } }"""
        },
        {
            MxCommandKind.WriteSecured2Bulk, s => s.WriteSecured2BulkAsync(5, [new(9, s_ann, s_bob, 1.5f, s_time)]),
            $$"""
            { "writeSecured2Bulk": { "serverHandle": 5, "entries": [
              { "itemHandle": 9, "currentUserId": 7001, "verifierUserId": 7002, "value": {{Float}}, "timestampValue": {{Time}} }] } }
            """
        },
        {
            MxCommandKind.ReadBulk, s => s.ReadBulkAsync(5, ["A.B"], TimeSpan.FromSeconds(3)),
            """{ "readBulk": { "serverHandle": 5, "tagAddresses": ["A.B"], "timeoutMs": 3000 } }"""
        },
        { MxCommandKind.Ping, s => s.PingAsync(), """{ "ping": {} }""" },
        { MxCommandKind.GetSessionState, s => s.GetSessionStateAsync(), """{ "getSessionState": {} }""" },
    };

    private static string Float => """{ "dataType": "MX_DATA_TYPE_FLOAT", "variantType": "VT_R4", "floatValue": 1.5 }""";

    private static string Time => """{ "dataType": "MX_DATA_TYPE_TIME", "variantType": "VT_DATE", "timestampValue": "2026-11-02T06:15:00Z" }""";

    [Theory]
    [MemberData(nameof(Commands), DisableDiscoveryEnumeration = true)]
    public async Task A_method_sends_its_command(MxCommandKind kind, Func<MxSession, Task> call, string payload)
    {
        await using ScriptedGateway gateway = await AnsweringAsync();
        await using var client = new MxGatewayClient(gateway.Options);
        await call(client.TakeUpSession("session-9"));
        MxCommand expected = MxCommand.Parser.ParseJson(payload);
        expected.Kind = kind;
        Assert.Equal(expected, Assert.Single(gateway.Commands));
        Assert.Equal(["session-9"], gateway.Requests.Select(request => request.SessionId));
    }

    [Fact]
    public void Each_command_of_the_contract_has_a_method_and_a_row_above()
    {
        MxCommandKind[] kinds = [.. Enum.GetValues<MxCommandKind>().Where(kind => kind != MxCommandKind.Unspecified)];
        HashSet<string> methods = [.. typeof(MxSession).GetMethods(BindingFlags.Public | BindingFlags.Instance).Select(method => method.Name.ToUpperInvariant())];
        Assert.All(kinds, kind => Assert.Contains($"{kind}Async".ToUpperInvariant(), methods));
        Assert.Equal(kinds.Order(), Commands.Select(row => (MxCommandKind)row[0]).Order());
    }

    [Fact]
    public async Task Nothing_is_called_before_the_first_command()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using (var client = new MxGatewayClient(gateway.Options))
            await client.TakeUpSession("session-9").DisposeAsync();
        Assert.Empty(gateway.Calls);
    }

    [Fact]
    public async Task A_session_says_what_the_gateway_told_when_it_opened_it_and_closes_once()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using var client = new MxGatewayClient(gateway.Options);
        await using (MxSession session = await client.OpenSessionAsync("mine"))
        {
            Assert.Equal(("session-1", "scripted", 3, 4), (session.Id, session.BackendName, session.GatewayProtocolVersion, session.WorkerProtocolVersion));
            Assert.Equal(["bulk-read", "other"], session.Capabilities);
            Assert.Equal(MxSessionState.Closed, await session.CloseAsync());
        }

        await (await client.OpenSessionAsync()).DisposeAsync();
        Assert.Equal(["OpenSession", "CloseSession", "OpenSession", "CloseSession"], gateway.Calls);
    }

    [Theory]
    [InlineData(ProtocolStatusCode.InvalidRequest, MxProtocolFault.InvalidRequest)]
    [InlineData(ProtocolStatusCode.SessionNotReady, MxProtocolFault.SessionNotReady)]
    [InlineData(ProtocolStatusCode.Timeout, MxProtocolFault.Timeout)]
    [InlineData(ProtocolStatusCode.Canceled, MxProtocolFault.Canceled)]
    [InlineData(ProtocolStatusCode.ProtocolViolation, MxProtocolFault.ProtocolViolation)]
    [InlineData((ProtocolStatusCode)77, MxProtocolFault.Other)]
    public async Task A_fault_of_the_gateway_is_told_by_its_kind_with_the_answer(ProtocolStatusCode code, MxProtocolFault fault)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(new() { ProtocolStatus = new() { Code = code, Message = "the worker is odd" } });
        await using var client = new MxGatewayClient(gateway.Options);
        MxProtocolException failure = await Assert.ThrowsAsync<MxProtocolException>(() => client.TakeUpSession("s").AddItemAsync(5, "A.B"));
        Assert.Equal((fault, code), (failure.Fault, failure.RawReply!.ProtocolStatus.Code));
        Assert.Contains("adding A.B", failure.Message);
        Assert.Contains("the worker is odd", failure.Message);
        Assert.Null(failure.InnerException);
    }

    [Theory]
    [InlineData(ProtocolStatusCode.SessionNotFound)]
    [InlineData(ProtocolStatusCode.WorkerUnavailable)]
    public async Task A_session_that_the_gateway_lost_is_a_lost_connection_with_the_answer(ProtocolStatusCode code)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(new() { ProtocolStatus = new() { Code = code } });
        await using var client = new MxGatewayClient(gateway.Options);
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => client.TakeUpSession("s").PingAsync());
        Assert.Equal(code, failure.RawReply!.ProtocolStatus.Code);
    }

    [Fact]
    public async Task A_rejection_by_MXAccess_keeps_the_answer_its_code_and_its_statuses()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(new()
        {
            ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = "no" },
            Hresult = unchecked((int)0x80070057),
            Statuses = { new MxStatusProxy { Category = Contracts.Proto.MxStatusCategory.SecurityError, Detail = 1012 } },
        });
        await using var client = new MxGatewayClient(gateway.Options);
        MxAccessException failure = await Assert.ThrowsAsync<MxAccessException>(() => client.TakeUpSession("s").WriteAsync(5, 9, "planted-value", s_ann));
        Assert.Equal(unchecked((int)0x80070057), failure.MxHResult);
        Assert.Equal((MxStatusCategory.SecurityError, (short)1012), failure.Statuses.Select(status => (status.Category, status.Detail)).Single());
        Assert.True(failure.RawReply!.HasHresult);
        Assert.DoesNotContain("planted", failure.ToString());
        Assert.DoesNotContain("7001", failure.ToString());
        Assert.Empty(failure.Data);
    }

    [Theory]
    [InlineData(ProtocolStatusCode.MxaccessFailure, null, true)]
    [InlineData(ProtocolStatusCode.MxaccessFailure, Contracts.Proto.MxStatusCategory.SecurityError, true)]
    [InlineData(ProtocolStatusCode.MxaccessFailure, Contracts.Proto.MxStatusCategory.CommunicationError, false)]
    [InlineData(ProtocolStatusCode.InvalidRequest, null, true)]
    [InlineData(ProtocolStatusCode.SessionNotReady, null, true)]
    [InlineData(ProtocolStatusCode.Timeout, null, false)]
    [InlineData(ProtocolStatusCode.Canceled, null, false)]
    [InlineData(ProtocolStatusCode.WorkerUnavailable, null, false)]
    public async Task A_failure_says_whether_the_command_was_surely_not_carried_out(
        ProtocolStatusCode code, Contracts.Proto.MxStatusCategory? category, bool isSurelyNotDone)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var reply = new MxCommandReply { ProtocolStatus = new() { Code = code } };
        if (category is { } told)
            reply.Statuses.Add(new MxStatusProxy { Category = told });
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(reply);
        await using var client = new MxGatewayClient(gateway.Options);
        MxGatewayException failure = await Assert.ThrowsAnyAsync<MxGatewayException>(() => client.TakeUpSession("s").WriteAsync(5, 9, 1.5f));
        Assert.Equal(isSurelyNotDone, failure.IsSurelyNotDone);
    }

    [Fact]
    public async Task Where_MXAccess_gave_no_code_there_is_none()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(new() { ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure } });
        await using var client = new MxGatewayClient(gateway.Options);
        Assert.Null((await Assert.ThrowsAsync<MxAccessException>(() => client.TakeUpSession("s").PingAsync())).MxHResult);
    }

    [Fact]
    public async Task An_answer_without_what_was_asked_for_is_a_fault()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using var client = new MxGatewayClient(gateway.Options);
        MxSession session = client.TakeUpSession("s");
        Assert.Contains("item handle", (await Assert.ThrowsAsync<MxProtocolException>(() => session.AddItemAsync(5, "A.B"))).Message);
        Assert.Contains("0 rows for 2", (await Assert.ThrowsAsync<MxProtocolException>(() => session.AdviseItemBulkAsync(5, [8, 9]))).Message);
        Assert.Contains("user id", (await Assert.ThrowsAsync<MxProtocolException>(() => session.AuthenticateUserAsync(5, new MxCredentials("a", "planted5ecret")))).Message);
    }

    [Fact]
    public async Task Cancelling_stops_the_wait_and_the_command_is_carried_out()
    {
        await using ScriptedGateway gateway = await AnsweringAsync();
        var arrived = new TaskCompletionSource();
        var answer = new TaskCompletionSource<MxCommandReply?>();
        gateway.Answer = command =>
        {
            if (command.Kind != MxCommandKind.Write)
                return Task.FromResult<MxCommandReply?>(null);
            arrived.SetResult();
            return answer.Task;
        };
        await using var client = new MxGatewayClient(gateway.Options);
        MxSession session = client.TakeUpSession("s");
        using var cancel = new CancellationTokenSource();
        Task write = session.WriteAsync(5, 9, 1, cancellationToken: cancel.Token);
        await arrived.Task;
        await cancel.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Equal(cancel.Token, cancelled.CancellationToken);
        answer.SetResult(null);
        await session.PingAsync();
        Assert.Equal([MxCommandKind.Write, MxCommandKind.Ping], gateway.Commands.Select(command => command.Kind));
    }

    [Fact]
    public void What_cannot_be_sent_is_refused_before_anything_is_sent()
    {
        var options = new MxGatewayOptions { Endpoint = new Uri("http://localhost:1"), ApiKey = MxApiKey.From("mxgw_a_planted5ecret") };
        var client = new MxGatewayClient(options);
        MxSession session = client.TakeUpSession("s");
        Assert.Throws<ArgumentException>(() => client.TakeUpSession(" "));
        Assert.Throws<NotSupportedException>(() => { _ = session.WriteAsync(5, 9, default); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = session.SetBufferedUpdateIntervalAsync(5, TimeSpan.Zero); });
        Assert.Throws<ArgumentException>("references", () => { _ = session.AddItemBulkAsync(5, ["A.B", null!]); });
        Assert.Throws<ArgumentNullException>("itemHandles", () => { _ = session.AdviseItemBulkAsync(5, null!); });
        Assert.Throws<ArgumentNullException>("entries", () => { _ = session.WriteBulkAsync(5, null!); });
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => { _ = session.ReadBulkAsync(5, ["A.B"], TimeSpan.FromDays(2)); });
        Assert.Throws<ArgumentNullException>(() => { _ = client.InvokeRawAsync(null!).GetAwaiter().GetResult(); });
    }

    [Fact]
    public async Task Raw_bytes_that_were_read_are_not_written_back_nor_is_an_array_of_them()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        ByteString bytes = ByteString.CopyFrom(1, 2, 3);
        MxValue[] values = [new() { RawValue = bytes }, new() { ArrayValue = new() { RawValues = new() { Values = { bytes, bytes } } } }];
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(
            new() { ReadBulk = new() { Results = { values.Select(value => new BulkReadResult { WasSuccessful = true, Value = value }) } } });
        await using var client = new MxGatewayClient(gateway.Options);
        MxSession session = client.TakeUpSession("s");
        IReadOnlyList<MxBulkReadResult> read = await session.ReadBulkAsync(5, ["A.B", "A.C[]"]);
        Assert.Equal([MxVariantKind.Raw, MxVariantKind.Array], read.Select(row => row.Value.Kind));
        Assert.All(read, row => Assert.Throws<NotSupportedException>(() => { _ = session.WriteAsync(5, 9, row.Value); }));
        Assert.DoesNotContain(gateway.Commands, command => command.Kind == MxCommandKind.Write);
    }

    /// <summary>A gateway that answers every command with what such a command gives.</summary>
    private static async Task<ScriptedGateway> AnsweringAsync()
    {
        ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command =>
        {
            var reply = new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Ok } };
            var payload = (IMessage)MxCommand.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(command).Accessor.GetValue(command);
            int entries = payload.Descriptor.Fields.InFieldNumberOrder().Where(field => field.IsRepeated)
                .Sum(field => ((System.Collections.IList)field.Accessor.GetValue(payload)).Count);
            if (MxCommandReply.Descriptor.FindFieldByName(MxCommand.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(command).Name) is { } answer)
            {
                IMessage body = answer.MessageType.Parser.ParseFrom(ByteString.Empty);
                if (answer.MessageType.FindFieldByName("results") is { } results)
                    for (int i = 0; i < entries; i++)
                        ((System.Collections.IList)results.Accessor.GetValue(body)).Add(results.MessageType.Parser.ParseFrom(ByteString.Empty));
                answer.Accessor.SetValue(reply, body);
            }

            return Task.FromResult<MxCommandReply?>(reply);
        };
        return gateway;
    }
}
