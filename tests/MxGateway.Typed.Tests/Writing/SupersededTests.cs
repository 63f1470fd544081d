using System.Threading.Channels;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>A write that gives way ends at once, whatever it waits for: it may stand first in line and still not be sent.</summary>
public sealed class SupersededTests
{
    private static readonly MxWriteOptions s_coalesce = new() { Coalesce = true };

    [Fact]
    public async Task One_that_waits_for_its_tags_first_value_gives_way()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() });
        var sent = Channel.CreateUnbounded<float>();
        gateway.Answer = command =>
        {
            if (command.Kind == MxCommandKind.Write)
            {
                sent.Writer.TryWrite(command.Write.Value.FloatValue);
                gateway.Send(ScriptedGateway.Complete(2, command.Write.ItemHandle));
            }

            return Task.FromResult<MxCommandReply?>(null);
        };
        Task first = plant.Pump_001.Speed.WriteAsync(1, s_coalesce);
        await AdvisedAsync(gateway);
        Task second = plant.Pump_001.Speed.WriteAsync(2, s_coalesce);
        await AssertGivesWayAsync(first);
        Task third = plant.Pump_001.Speed.WriteAsync(3, s_coalesce);
        await AssertGivesWayAsync(second);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        await third;
        Assert.Equal(3, await sent.Reader.ReadAsync());
        Assert.Equal(0, sent.Reader.Count);
    }

    [Fact]
    public async Task One_that_waits_for_its_user_gives_way()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var password = new TaskCompletionSource();
        gateway.Answer = async command =>
        {
            if (command.Kind == MxCommandKind.WriteSecured)
                gateway.Send(ScriptedGateway.Complete(2, command.WriteSecured.ItemHandle));
            if (command.Kind != MxCommandKind.AuthenticateUser)
                return null;
            if (command.AuthenticateUser.UserName == "ann")
                await password.Task;
            return new() { AuthenticateUser = new() { UserId = 7001 } };
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = new FakeTimeProvider() });
        Task first = plant.Pump_001.Signed.WriteAsync(true, new MxCredentials("ann", "planted5ecret"), s_coalesce);
        await AdvisedAsync(gateway);
        Task second = plant.Pump_001.Signed.WriteAsync(false, new MxCredentials("bob", "planted5ecret"));
        await AssertGivesWayAsync(first);
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        await second;
        password.SetResult();
        Assert.Single(gateway.Commands, command => command.Kind == MxCommandKind.WriteSecured);
    }

    // Time stands still, so nothing else ends it.
    private static async Task AssertGivesWayAsync(Task write) =>
        Assert.Contains("newer write", (await Assert.ThrowsAsync<MxWriteSupersededException>(() => write.WaitAsync(TimeSpan.FromSeconds(20)))).Message);

    private static Task AdvisedAsync(ScriptedGateway gateway) =>
        Retry.Until("the tag is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
}
