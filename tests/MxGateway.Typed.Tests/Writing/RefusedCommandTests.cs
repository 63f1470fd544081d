using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>What it means for a write that its command, or its row of a bulk command, failed; judged as OnWriteComplete is.</summary>
public sealed class RefusedCommandTests
{
    private const int Failure = unchecked((int)0x80004005);

    public static TheoryData<int?, Contracts.Proto.MxStatusCategory?, MxWriteOutcome> Refusals => new()
    {
        { null, null, MxWriteOutcome.Rejected },
        { Failure, null, MxWriteOutcome.Rejected },
        { null, Contracts.Proto.MxStatusCategory.SecurityError, MxWriteOutcome.Rejected },
        { Failure, Contracts.Proto.MxStatusCategory.CommunicationError, MxWriteOutcome.Rejected },
        { null, Contracts.Proto.MxStatusCategory.CommunicationError, MxWriteOutcome.Unknown },
        { null, Contracts.Proto.MxStatusCategory.Unknown, MxWriteOutcome.Unknown },
        { null, Contracts.Proto.MxStatusCategory.Pending, MxWriteOutcome.Unknown },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refused_command_is_judged_by_what_it_says(int? hresult, Contracts.Proto.MxStatusCategory? category, MxWriteOutcome outcome)
    {
        var reply = new MxCommandReply { ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = "as told" } };
        reply.Statuses.AddRange(Statuses(category));
        if (hresult is { } code)
            reply.Hresult = code;
        MxWriteResult result = (await WriteAsync(1, _ => reply)).Single();
        Assert.Equal(outcome, result.Outcome);
        Assert.Contains("as told", result.Exception!.Message);
        if (outcome == MxWriteOutcome.Rejected)
        {
            Assert.Equal(hresult, Assert.IsType<MxWriteRejectedException>(result.Exception).MxHResult);
            Assert.Equal(hresult, Assert.Throws<MxWriteRejectedException>(new[] { result }.EnsureConfirmed).MxHResult);
        }
        Assert.Equal(category is null ? 0 : 1, result.Statuses.Count);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refused_row_is_judged_by_what_it_says(int? hresult, Contracts.Proto.MxStatusCategory? category, MxWriteOutcome outcome)
    {
        IReadOnlyList<MxWriteResult> results = await WriteAsync(2, command => new MxCommandReply
        {
            WriteBulk = new()
            {
                Results =
                {
                    command.WriteBulk.Entries.Select(entry =>
                    {
                        var row = new BulkWriteResult { ItemHandle = entry.ItemHandle, ErrorMessage = "as told", Statuses = { Statuses(category) } };
                        if (hresult is { } code)
                            row.Hresult = code;
                        return row;
                    }),
                },
            },
        });
        Assert.All(results, result => Assert.Equal(outcome, result.Outcome));
        Assert.All(results, result => Assert.Contains("as told", result.Exception!.Message));
        Assert.All(results, result => Assert.Equal(category is null ? 0 : 1, result.Statuses.Count));
    }

    [Theory]
    [InlineData(ProtocolStatusCode.MxaccessFailure, typeof(MxWriteRejectedException), null)]
    [InlineData(ProtocolStatusCode.SessionNotReady, typeof(MxProtocolException), MxProtocolFault.SessionNotReady)]
    [InlineData(ProtocolStatusCode.InvalidRequest, typeof(MxProtocolException), MxProtocolFault.InvalidRequest)]
    [InlineData(ProtocolStatusCode.Timeout, typeof(MxWriteUnknownException), null)]
    public async Task The_gateways_answer_is_kept(ProtocolStatusCode code, Type type, MxProtocolFault? fault)
    {
        IReadOnlyList<MxWriteResult> results = await WriteAsync(1, _ => new() { ProtocolStatus = new() { Code = code, Message = "as told" } });
        MxGatewayException failure = Assert.IsAssignableFrom<MxGatewayException>(results[0].Exception);
        Assert.IsType(type, failure);
        Assert.Equal(code, failure.RawReply?.ProtocolStatus.Code);
        Assert.Equal(fault, (failure as MxProtocolException)?.Fault);
        Assert.Equal(code, Assert.ThrowsAny<MxGatewayException>(results.EnsureConfirmed).RawReply?.ProtocolStatus.Code);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task The_answer_to_a_bulk_command_is_kept_for_each_of_its_writes(int rows)
    {
        IReadOnlyList<MxWriteResult> results = await WriteAsync(2, _ => new MxCommandReply
        {
            WriteBulk = new() { Results = { Enumerable.Range(0, rows).Select(_ => new BulkWriteResult { ErrorMessage = "as told" }) } },
        });
        Assert.All(results, result => Assert.Equal(rows, Assert.IsAssignableFrom<MxGatewayException>(result.Exception).RawReply?.WriteBulk.Results.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_said_of_the_command_is_said_of_the_tag_and_the_command_named_inside(int count)
    {
        IReadOnlyList<MxWriteResult> results = await WriteAsync(
            count, _ => new() { ProtocolStatus = new() { Code = ProtocolStatusCode.SessionNotReady, Message = "as told" } });
        Assert.All(results, result => Assert.Equal($"writing {result.Tag.Reference}: the gateway answered SessionNotReady: as told", result.Exception!.Message));
        Assert.All(results, result => Assert.StartsWith("Write", result.Exception!.InnerException!.Message));
    }

    [Fact]
    public async Task Without_a_row_for_each_write_nobody_knows_what_became_of_them()
    {
        IReadOnlyList<MxWriteResult> results = await WriteAsync(2, _ => new MxCommandReply { WriteBulk = new() { Results = { new BulkWriteResult() } } });
        Assert.All(results, result => Assert.Equal(MxWriteOutcome.Unknown, result.Outcome));
        Assert.All(results, result => Assert.Contains($"writing {result.Tag.Reference}: ", result.Exception!.Message));
        Assert.All(results, result => Assert.Contains("1 rows for 2 entries; the write may or may not have taken effect", result.Exception!.Message));
    }

    [Fact]
    public async Task Of_several_writes_one_that_may_have_taken_effect_decides()
    {
        IReadOnlyList<MxWriteResult> results = await WriteAsync(2, _ => new MxCommandReply
        {
            WriteBulk = new()
            {
                Results =
                {
                    new BulkWriteResult { Hresult = Failure },
                    new BulkWriteResult { Statuses = { Statuses(Contracts.Proto.MxStatusCategory.CommunicationError) } },
                },
            },
        });
        Assert.True(Assert.Throws<MxWriteRejectedException>(results.Take(1).EnsureConfirmed).IsSurelyNotDone);
        Assert.False(Assert.Throws<MxWriteRejectedException>(results.EnsureConfirmed).IsSurelyNotDone);
    }

    [Fact]
    public async Task The_gateways_answer_to_an_authentication_is_kept()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(command.Kind == MxCommandKind.AuthenticateUser
            ? new() { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Timeout, Message = "as told" } }
            : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxProtocolException failure = await Assert.ThrowsAsync<MxProtocolException>(
            () => plant.Pump_001.Signed.WriteAsync(true, new MxCredentials("ann", "planted5ecret")));
        Assert.Equal((MxProtocolFault.Timeout, MxCommandKind.AuthenticateUser), (failure.Fault, failure.RawReply?.Kind));
        Assert.Contains("nothing was written", failure.Message);
        Assert.True(failure.IsSurelyNotDone);
    }

    private static IEnumerable<MxStatusProxy> Statuses(Contracts.Proto.MxStatusCategory? category) =>
        category is { } told ? [new MxStatusProxy { Category = told }] : [];

    /// <summary>Writes one or two advised tags, and answers the command that they travel in.</summary>
    private static async Task<IReadOnlyList<MxWriteResult>> WriteAsync(int count, Func<MxCommand, MxCommandReply> answer)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind is MxCommandKind.Write or MxCommandKind.WriteBulk ? answer(command) : null);
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxAttribute<float>[] tags = [.. new[] { plant.Pump_001.Speed, plant.Pump_001.PV }.Take(count)];
        foreach ((int i, MxAttribute<float> tag) in tags.Index())
        {
            _ = tag.Subscribe(_ => { });
            await Retry.Until("it is advised", () => gateway.Commands.Count(command => command.Kind == MxCommandKind.SubscribeBulk) == i + 1);
            gateway.Send(ScriptedGateway.Change((ulong)i + 1, 101 + i, 0));
            await Retry.Until("it has a value", () => tag.Value is not null);
        }

        return await plant.WriteAllAsync(tags.Select(tag => MxWrite.Of(tag, 1f)));
    }
}
