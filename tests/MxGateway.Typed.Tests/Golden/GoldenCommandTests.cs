using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Tests;

/// <summary>The commands of <c>tests/Golden</c>: what a session's method sends is the file, and what it makes of the file's reply is as the README there says.</summary>
public sealed class GoldenCommandTests
{
    private static readonly MxValue s_float = new() { DataType = Proto.MxDataType.Float, VariantType = "VT_R4", FloatValue = 1.5f };

    // A reply of each kind, where it has more than that it was done, and what the session's method gives of it.
    private static readonly Dictionary<MxCommandKind, (Action<MxCommandReply> Fill, string Result)> s_replies = new()
    {
        [MxCommandKind.Register] = (reply => reply.Register = new() { ServerHandle = 5 }, "5"),
        [MxCommandKind.AddItem] = (reply => reply.AddItem = new() { ItemHandle = 9 }, "9"),
        [MxCommandKind.AddItem2] = (reply => reply.AddItem2 = new() { ItemHandle = 9 }, "9"),
        [MxCommandKind.AddBufferedItem] = (reply => reply.AddBufferedItem = new() { ItemHandle = 9 }, "9"),
        [MxCommandKind.Suspend] = (reply => reply.Statuses.Add(Status(Proto.MxStatusCategory.Pending, 0, "")), "Pending RespondingAutomationObject 0"),
        [MxCommandKind.Activate] = (reply => reply.Statuses.Add(Status(Proto.MxStatusCategory.Ok, 0, "")), "Ok Unknown 0"),
        [MxCommandKind.AuthenticateUser] = (reply => reply.AuthenticateUser = new() { UserId = 7001 }, "user 7001"),
        [MxCommandKind.ArchestraUserToId] = (reply => reply.ArchestraUserToId = new() { UserId = 7001 }, "user 7001"),
        [MxCommandKind.AddItemBulk] = (reply => reply.AddItemBulk = Added("A.B", "A.C"), "A.B 8 True; A.C 0 False no such item"),
        [MxCommandKind.AdviseItemBulk] = (reply => reply.AdviseItemBulk = Handled(), "8 True; 9 False unknown item handle"),
        [MxCommandKind.RemoveItemBulk] = (reply => reply.RemoveItemBulk = Handled(), "8 True; 9 False unknown item handle"),
        [MxCommandKind.UnAdviseItemBulk] = (reply => reply.UnAdviseItemBulk = Handled(), "8 True; 9 False unknown item handle"),
        [MxCommandKind.SubscribeBulk] = (reply => reply.SubscribeBulk = Added("A.B", "A.C"), "A.B 8 True; A.C 0 False no such item"),
        [MxCommandKind.UnsubscribeBulk] = (reply => reply.UnsubscribeBulk = Handled(), "8 True; 9 False unknown item handle"),
        [MxCommandKind.WriteBulk] = (reply => reply.WriteBulk = new() { Results = { Taken(8), Refused(9) } }, "8 True; 9 False no permission -2147024809 SecurityError RespondingAutomationObject 1012"),
        [MxCommandKind.Write2Bulk] = (reply => reply.Write2Bulk = new() { Results = { Taken(9) } }, "9 True"),
        [MxCommandKind.WriteSecuredBulk] = (reply => reply.WriteSecuredBulk = new() { Results = { Taken(9) } }, "9 True"),
        [MxCommandKind.WriteSecured2Bulk] = (reply => reply.WriteSecured2Bulk = new() { Results = { Taken(9) } }, "9 True"),
        [MxCommandKind.ReadBulk] = (
            reply => reply.ReadBulk = new()
            {
                Results =
                {
                    new BulkReadResult
                    {
                        ServerHandle = 5, TagAddress = "A.B", ItemHandle = 8, WasSuccessful = true, WasCached = true, Value = s_float, Quality = 192,
                        SourceTimestamp = new Timestamp { Seconds = 1_793_600_100 }, Statuses = { Status(Proto.MxStatusCategory.Ok, 0, "") },
                    },
                },
            },
            "A.B 8 True True 1.5 192 2026-11-02T06:15:00.0000000Z Ok RespondingAutomationObject 0"),
        [MxCommandKind.GetSessionState] = (reply => reply.GetSessionState = new() { State = SessionState.Ready }, "Ready"),
    };

    private static readonly MxCommandKind[] s_kinds = [.. System.Enum.GetValues<MxCommandKind>().Where(kind => kind != MxCommandKind.Unspecified)];

    public static TheoryData<MxCommandKind> Kinds => [.. s_kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_method_sends_is_the_file_and_it_gives_what_the_reply_has(MxCommandKind kind)
    {
        (Action<MxCommandReply>? fill, string result) = s_replies.GetValueOrDefault(kind, (null!, ""));
        var reply = new MxCommandReply { SessionId = "session-1", Kind = kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Ok }, Hresult = 0 };
        fill?.Invoke(reply);
        GoldenFile.Verify($"commands/{kind}.reply", reply);

        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(GoldenFile.Read<MxCommandReply>($"commands/{kind}.reply"));
        await using var client = new MxGatewayClient(gateway.Options);
        var call = (Func<MxSession, Task>)SessionTests.Commands.Single(row => (MxCommandKind)row[0] == kind)[1];
        Task done = call(client.TakeUpSession("session-1"));
        await done;
        GoldenFile.Verify($"commands/{kind}.command", Assert.Single(gateway.Commands));
        Assert.Equal(result, Text(done.GetType().GetProperty("Result")?.GetValue(done)));
    }

    [Fact]
    public async Task A_rejection_is_an_exception_with_all_that_MXAccess_said()
    {
        GoldenFile.Verify("commands/Rejected.reply", new MxCommandReply
        {
            SessionId = "session-1",
            Kind = MxCommandKind.Write,
            ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = "the write was refused" },
            Hresult = unchecked((int)0x80070057),
            Statuses = { Status(Proto.MxStatusCategory.SecurityError, 1012, "a secured write needs a user") },
            DiagnosticMessage = "hresult 0x80070057",
        });
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(GoldenFile.Read<MxCommandReply>("commands/Rejected.reply"));
        await using var client = new MxGatewayClient(gateway.Options);
        MxAccessException rejected = await Assert.ThrowsAsync<MxAccessException>(() => client.TakeUpSession("session-1").WriteAsync(5, 9, 1.5f));
        Assert.Equal(unchecked((int)0x80070057), rejected.HResult);
        Assert.Equal(
            [new MxStatus(MxStatusCategory.SecurityError, MxStatusSource.RespondingAutomationObject, 1012, "a secured write needs a user")], rejected.Statuses);
    }

    [Fact]
    public void Each_command_has_its_files_and_no_file_is_without_a_test()
    {
        string[] kinds = [.. s_kinds.Select(kind => kind.ToString())];
        Assert.Equal(kinds.Order(StringComparer.Ordinal), GoldenFile.Names("commands", ".command.json"));
        Assert.Equal(kinds.Append("Rejected").Order(StringComparer.Ordinal), GoldenFile.Names("commands", ".reply.json"));
        Assert.Equal((2 * kinds.Length) + 1, GoldenFile.Names("commands").Length);
    }

    // Whatever a method gives, in one line.
    private static string Text(object? result) => result switch
    {
        null or MxCommandReply => "", // a method that gives nothing may be a task of the reply beneath
        int number => number.ToString(CultureInfo.InvariantCulture),
        MxUserId user => $"user {user.ToNumber()}",
        MxStatus status => $"{status.Category} {status.DetectedBy} {status.Detail}",
        MxBulkItem row => $"{row.Reference} {row.ItemHandle} {row.WasSuccessful} {row.ErrorMessage}".Trim(),
        MxBulkWriteResult row => $"{row.ItemHandle} {row.WasSuccessful} {row.ErrorMessage} {row.HResult} {string.Join(' ', row.Statuses.Select(status => Text(status)))}".Trim(),
        MxBulkReadResult row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Reference} {row.ItemHandle} {row.WasSuccessful} {row.WasCached} {row.Value} {row.Quality.Code} {row.SourceTimestamp?.UtcDateTime:O} ")
            + string.Join(' ', row.Statuses.Select(status => Text(status))),
        IEnumerable rows => string.Join("; ", rows.Cast<object>().Select(row => Text(row))),
        _ => result.ToString()!,
    };

    private static MxStatusProxy Status(Proto.MxStatusCategory category, int detail, string text) => new()
    {
        Success = category == Proto.MxStatusCategory.Ok ? -1 : 0, Category = category, DetectedBy = Proto.MxStatusSource.RespondingAutomationObject, Detail = detail,
        RawDetectedBy = 5, DiagnosticText = text,
    };

    private static BulkSubscribeReply Added(string one, string other) => new()
    {
        Results =
        {
            new SubscribeResult { ServerHandle = 5, TagAddress = one, ItemHandle = 8, WasSuccessful = true },
            new SubscribeResult { ServerHandle = 5, TagAddress = other, ErrorMessage = "no such item" },
        },
    };

    private static BulkSubscribeReply Handled() => new()
    {
        Results =
        {
            new SubscribeResult { ServerHandle = 5, ItemHandle = 8, WasSuccessful = true },
            new SubscribeResult { ServerHandle = 5, ItemHandle = 9, ErrorMessage = "unknown item handle" },
        },
    };

    private static BulkWriteResult Taken(int handle) => new() { ServerHandle = 5, ItemHandle = handle, WasSuccessful = true };

    private static BulkWriteResult Refused(int handle) => new()
    {
        ServerHandle = 5, ItemHandle = handle, ErrorMessage = "no permission", Hresult = unchecked((int)0x80070057),
        Statuses = { Status(Proto.MxStatusCategory.SecurityError, 1012, "no permission") },
    };
}
