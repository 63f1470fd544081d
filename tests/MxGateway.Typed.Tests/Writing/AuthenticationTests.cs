using System.Globalization;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests.Writing;

/// <summary>Who signs is asked for no oftener than needed, and never so often at once that the gateway refuses other commands.</summary>
public sealed class AuthenticationTests
{
    [Fact]
    public async Task The_same_name_and_password_are_one_user_whichever_object_has_them()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        (await plant.Plant.WriteAllAsync(
        [
            .. Enumerable.Range(0, 200).Select(_ => MxWrite.Of(plant.Pump.Signed, true, new MxCredentials("ann", "planted5ecret-a"))),
            MxWrite.Of(plant.Pump.Signed, false, new MxCredentials("ann", "planted5ecret-b")),
            MxWrite.Of(plant.Pump.Signed, true, new MxCredentials("bob", "planted5ecret-a")),
        ])).EnsureConfirmed();
        Assert.Equal(3, plant.Count(MxCommandKind.AuthenticateUser));
    }

    [Fact]
    public async Task Many_users_are_asked_for_a_few_at_a_time()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var answer = new TaskCompletionSource();
        int underWay = 0, most = 0;
        ulong sequence = 1;
        gateway.Answer = async command =>
        {
            if (command.Kind == MxCommandKind.WriteSecured)
                gateway.Send(ScriptedGateway.Complete(++sequence, command.WriteSecured.ItemHandle));
            if (command.Kind != MxCommandKind.AuthenticateUser)
                return null;
            int now = Interlocked.Increment(ref underWay);
            InterlockedMax(ref most, now);
            await answer.Task;
            Interlocked.Decrement(ref underWay);
            return new() { AuthenticateUser = new() { UserId = now } };
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task<IReadOnlyList<MxWriteResult>> writing = plant.WriteAllAsync(Enumerable.Range(0, 40)
            .Select(i => new MxCredentials(i.ToString(CultureInfo.InvariantCulture), "planted5ecret"))
            .Select(user => MxWrite.Of(plant.Pump_001.Signed, true, user)));
        await Retry.Until("as many are asked for as may be", () => Volatile.Read(ref underWay) >= 16);

        // The others wait: so many answers have come since that they would have been asked for long ago.
        await using var client = new MxGatewayClient(gateway.Options);
        for (int i = 0; i < 50; i++)
            await client.TakeUpSession("another").PingAsync();
        Assert.Equal(16, Volatile.Read(ref underWay));

        answer.SetResult();
        await Retry.Until("the tag is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        (await writing).EnsureConfirmed();
        Assert.Equal((40, 16), (gateway.Commands.Count(command => command.Kind == MxCommandKind.AuthenticateUser), most));
    }

    [Fact]
    public async Task A_user_whom_nobody_waits_for_any_more_is_not_asked_for()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var answer = new TaskCompletionSource();
        gateway.Answer = async command =>
        {
            if (command.Kind != MxCommandKind.AuthenticateUser)
                return null;
            await answer.Task;
            return new() { AuthenticateUser = new() { UserId = 7 } };
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        using var end = new CancellationTokenSource();
        Task first = plant.WriteAllAsync(Enumerable.Range(0, 16).Select(i => Signed($"first {i}")), end.Token);
        await Retry.Until("there is room for no other", () => Asked().Length == 16);

        // One whose only write is given up, one whose write has another's place, and one that a second write shares.
        using var stop = new CancellationTokenSource();
        Task givenUp = plant.Pump_001.Signed.WriteAsync(true, User("given up"), stop.Token);
        Task shared = plant.Pump_001.Signed.WriteAsync(true, User("shared"), stop.Token);
        Task superseded = plant.WriteAllAsync([MxWrite.Of(plant.Pump_001.Signed, true, User("superseded"), new MxWriteOptions { Coalesce = true })]);
        Task stays = plant.Pump_001.Signed.WriteAsync(true, User("shared"), end.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shared);
        await superseded;
        Assert.Equal(16, Asked().Length);

        // The room is given in turn: when those after them were asked for, so would they have been.
        answer.SetResult();
        Task last = plant.WriteAllAsync(Enumerable.Range(0, 32).Select(i => Signed($"last {i}")), end.Token);
        await Retry.Until("all others are asked for", () => Asked().Length >= 16 + 1 + 32);
        Assert.Equal(["shared"], Asked().Where(name => name is "given up" or "superseded" or "shared"));

        // Who is given up once is asked for when he is wanted again.
        Task again = plant.Pump_001.Signed.WriteAsync(true, User("given up"), end.Token);
        await Retry.Until("he is asked for", () => Asked().Contains("given up"));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stays);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => again);
        await Task.WhenAll(first, last);

        string[] Asked() => [.. gateway.Commands.Where(command => command.Kind == MxCommandKind.AuthenticateUser).Select(command => command.AuthenticateUser.UserName)];
        MxWrite Signed(string user) => MxWrite.Of(plant.Pump_001.Signed, true, User(user));
        static MxCredentials User(string name) => new(name, "planted5ecret");
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
