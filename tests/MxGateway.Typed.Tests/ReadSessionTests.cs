using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Reads go by sessions of their own, which come and go with the need for them.</summary>
public sealed class ReadSessionTests
{
    private const string Speed = "Pump_001.Speed";
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_application_that_is_killed_leaves_no_session_for_long()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Speed.ReadAsync();
        await Retry.Until("both sessions have a stream", () => plant.Simulator.Counts is { Sessions: 2, Streams: 2 });

        // As if the process had gone: its connections break, and nothing is said.
        plant.Simulator.Faults.CutConnections();
        await Retry.Until("the gateway knows that nobody listens", () => plant.Simulator.Counts.Streams == 0);
        plant.Simulator.Faults.AdvanceClock(TimeSpan.FromSeconds(31));
        await Retry.Until("both have ended", () => plant.Simulator.Counts.Sessions == 0);
    }

    [Fact]
    public async Task A_read_that_waits_delays_no_write_and_no_advise()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(configure: options => options with { ReadTimeout = s_long });
        plant.Simulator.Faults.Silence(Speed);
        Task<MxSample<float>> read = plant.Pump.Speed.ReadAsync();
        await UnderWayAsync(plant);
        await plant.Pump.Count.WriteAsync(7);
        Assert.Equal(7, (await plant.Pump.Count.AdviseAsync().FirstAsync()).Value);
        Assert.False(read.IsCompleted);

        plant.Simulator.Faults.Silence();
        Assert.True((await read).IsGood);
    }

    [Fact]
    public async Task The_session_is_opened_with_the_first_read_and_closed_with_the_connections_own()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            await using (TestPlant plant = await TestPlant.ConnectAsync(options))
            {
                await plant.Pump_001.Count.WriteAsync(1);
                Assert.Equal(1, simulator.Counts.Sessions);
                await plant.Pump_001.Speed.ReadAsync();
                await plant.Pump_001.Count.ReadAsync();
                Assert.Equal(2, simulator.Counts.Sessions);
            }

            SimulatorCall[] calls = [.. simulator.Calls.ToList()];
            string[] sessions = [.. calls.Where(call => call.Method == "OpenSession").Select(call => call.SessionId)];
            Assert.Equal(2, sessions.Length);
            Assert.Equal(
                ["OpenSession", "Register", "ReadBulk Pump_001.Speed", "ReadBulk Pump_001.Count", "Unregister", "CloseSession"],
                calls.Where(call => call.SessionId == sessions[1] && call.Method != "StreamEvents").Select(call => call.ToString()));
            Assert.Equal(default, simulator.Counts);
        }
    }

    [Fact]
    public async Task Who_waits_for_a_silent_tag_holds_up_nobody_once_that_is_known()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(configure: options => options with { ReadTimeout = TimeSpan.FromSeconds(0.2) });
        plant.Simulator.Faults.Silence(Speed);
        MxSample<float>[] samples = await Task.WhenAll(plant.Pump.Speed.ReadAsync(), plant.Pump.PV.ReadAsync());
        Assert.Equal([false, true], samples.Select(sample => sample.IsGood));

        // From now on they go by different sessions, so neither can be behind the other.
        samples = await Task.WhenAll(plant.Pump.Speed.ReadAsync(), plant.Pump.PV.ReadAsync());
        Assert.Equal([false, true], samples.Select(sample => sample.IsGood));
        SimulatorCall[] reads = Reads(plant);
        Assert.NotEqual(reads.Last(call => call.Items.Contains(Speed)).SessionId, reads.Last(call => call.Items.Contains("Pump_001.PV")).SessionId);

        // And back, when it has a value again.
        plant.Simulator.Faults.Silence();
        Assert.True((await plant.Pump.Speed.ReadAsync()).IsGood);
        await plant.Pump.Speed.ReadAsync();
        await plant.Pump.PV.ReadAsync();
        reads = Reads(plant);
        Assert.Equal(reads[^2].SessionId, reads[^1].SessionId);
    }

    [Fact]
    public async Task Silent_tags_that_nobody_knew_of_delay_a_sound_one_by_no_more_than_one_ReadTimeout()
    {
        var time = new FakeTimeProvider();
        await using ScriptedGateway gateway = await SilentGatewayAsync(time);
        await using MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(
            gateway.Options with { TimeProvider = time, ReadTimeout = TimeSpan.FromSeconds(1) });
        Wide wide = new ReadAllPlant(connection).Wide_001;

        // All are asked for before any is answered: how many commands they fill is not left to the threads.
        var asked = new TaskCompletionSource();
        Func<MxCommand, Task<MxCommandReply?>> answer = gateway.Answer;
        gateway.Answer = async command =>
        {
            await asked.Task;
            return await answer(command);
        };
        Task<MxSample<float>[]> silent = Task.WhenAll(Enumerable.Range(1, 1200).Select(index => wide.At(index).ReadAsync()));
        Task<MxSample<float>> soundRead = wide.At(0).ReadAsync();
        asked.SetResult();
        Assert.Equal(1, (await soundRead).Value);
        Assert.All(await silent, sample => Assert.Contains("no value within 1 s", sample.Status.Text));

        MxCommandRequest[] reads = [.. gateway.Requests.Where(request => request.Command.Kind == MxCommandKind.ReadBulk)];
        MxCommandRequest sound = reads.Single(read => read.Command.ReadBulk.TagAddresses.Contains("Wide_001.A0"));
        MxCommandRequest[] until = [.. reads.Where(read => read.SessionId == sound.SessionId).TakeWhile(read => read != sound), sound];
        Assert.InRange(until.Sum(read => read.Command.ReadBulk.TimeoutMs), 1, 1000);

        // A tag is called silent only when the gateway has waited for it for the whole time.
        Assert.Equal(1200, reads.Where(read => read.Command.ReadBulk.TimeoutMs == 1000).Sum(read => read.Command.ReadBulk.TagAddresses.Count));
    }

    [Fact]
    public async Task A_read_that_waited_for_its_turn_says_how_long()
    {
        var time = new FakeTimeProvider();
        await using ScriptedGateway gateway = await SilentGatewayAsync(time);
        await using MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(
            gateway.Options with { TimeProvider = time, ReadTimeout = TimeSpan.FromSeconds(2) });
        Wide wide = new ReadAllPlant(connection).Wide_001;
        await wide.ReadAllAsync();

        // The silent ones are known now, and fill three commands, each of which waits to its end.
        MxSample<float>[] again = (await wide.ReadAllAsync()).All[1..];
        Assert.All(again, sample => Assert.Contains("no value within 2 s", sample.Status.Text));
        Assert.Equal(
            [("", 500), ("the read waited 2 s behind others", 500), ("the read waited 4 s behind others", 200)],
            again.GroupBy(sample => sample.Status.Text.Split("; before that, ").ElementAtOrDefault(1) ?? "").Select(group => (group.Key, group.Count())));
    }

    [Fact]
    public async Task A_read_session_that_was_lost_is_opened_again()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Speed.ReadAsync();
        plant.Simulator.Faults.DropSession(Reads(plant)[0].SessionId);
        Assert.True((await plant.Pump.Speed.ReadAsync()).IsGood);
        Assert.Equal(2, Reads(plant).Select(call => call.SessionId).Distinct().Count());
        Assert.Equal(2, plant.Simulator.Counts.Sessions);
    }

    [Fact]
    public async Task A_read_that_is_under_way_when_its_session_is_lost_is_repeated()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(configure: options => options with { ReadTimeout = s_long });
        await plant.Pump.PV.ReadAsync();
        plant.Simulator.Faults.Silence(Speed);
        Task<MxSample<float>> read = plant.Pump.Speed.ReadAsync();
        await UnderWayAsync(plant);
        plant.Simulator.Faults.DropSession(Reads(plant)[0].SessionId);
        plant.Simulator.Faults.Silence();
        Assert.True((await read).IsGood);
    }

    [Fact]
    public async Task A_read_session_is_held_by_its_stream_however_long_nothing_is_read()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        await plant.Pump.Speed.ReadAsync();
        await Retry.Until("both sessions have a stream", () => plant.Simulator.Counts.Streams == 2);
        plant.Simulator.Faults.AdvanceClock(TimeSpan.FromSeconds(1_801));
        Assert.True((await plant.Pump.Speed.ReadAsync()).IsGood);
        Assert.Single(Reads(plant).Select(call => call.SessionId).Distinct());
    }

    [Fact]
    public async Task Where_the_gateway_has_no_session_to_spare_reads_go_by_the_connections_own_and_wait_briefly()
    {
        var log = new LogLines();
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(
            configure: options => options with { ReadTimeout = s_long, LoggerFactory = log }, simulate: options => options with { MaxSessions = 1 });
        Assert.True((await plant.Pump.Speed.ReadAsync()).IsGood);
        plant.Simulator.Faults.Silence(Speed);
        MxSample<float> sample = await plant.Pump.Speed.ReadAsync();
        Assert.Contains("Pump_001.Speed: no value within 0.5 s", sample.Status.Text);
        Assert.True((await plant.Pump.PV.ReadAsync()).IsGood);
        Assert.False((await plant.Pump.Speed.ReadAsync()).IsGood);
        Assert.Single(Reads(plant).Select(call => call.SessionId).Distinct());
        Assert.Single(log.Warnings, line => line.Contains("no session to spare for reads", StringComparison.Ordinal) && line.Contains("00:00:00.5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_to_spare_is_asked_for_again_after_a_minute()
    {
        var time = new FakeTimeProvider();
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync(simulate: options => options with { MaxSessions = 2 });
        await using (simulator)
        await using (TestPlant plant = await TestPlant.ConnectAsync(options with { TimeProvider = time }))
        {
            TestPlant other = await TestPlant.ConnectAsync(options);
            await plant.Pump_001.Speed.ReadAsync();
            await other.DisposeAsync();
            time.Advance(TimeSpan.FromSeconds(59));
            await plant.Pump_001.Speed.ReadAsync();
            Assert.Equal(1, simulator.Counts.Sessions);
            time.Advance(TimeSpan.FromSeconds(1));
            await plant.Pump_001.Speed.ReadAsync();
            Assert.Equal(2, simulator.Counts.Sessions);
        }
    }

    [Fact]
    public async Task A_worker_that_hangs_is_told_by_name_and_the_next_read_has_a_session_of_its_own()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        bool hangs = true;
        gateway.Answer = command => Task.FromResult(command.Kind != MxCommandKind.ReadBulk ? null
            : hangs ? new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Timeout, Message = "no end within 30 s" } }
            : ScriptedGateway.Read(command, _ => ScriptedGateway.Row(1)));
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        MxProtocolException failure = await Assert.ThrowsAsync<MxProtocolException>(() => plant.Pump_001.Speed.ReadAsync());
        Assert.StartsWith("reading Pump_001.Speed: the gateway answered Timeout", failure.Message);
        hangs = false;
        Assert.Equal(1, (await plant.Pump_001.Speed.ReadAsync()).Value);
        Assert.Equal(["session-2", "session-3"], gateway.Requests.Where(request => request.Command.Kind == MxCommandKind.ReadBulk).Select(request => request.SessionId));
        Assert.Equal(1, gateway.Calls.Count(call => call == "CloseSession"));
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_is_told_by_name()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var (time, held) = (new FakeTimeProvider(), new TaskCompletionSource());
        gateway.Answer = async command =>
        {
            if (command.Kind == MxCommandKind.ReadBulk)
                await held.Task;
            return null;
        };
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        Task<MxSample<float>> read = plant.Pump_001.Speed.ReadAsync();
        await Retry.Until("the read is under way", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.ReadBulk));
        time.Advance(TimeSpan.FromSeconds(35));
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => read);
        Assert.StartsWith("reading Pump_001.Speed: ", failure.Message);
        Assert.Contains("does not answer", failure.Message);
        held.SetResult();
    }

    [Fact]
    public async Task A_first_read_whose_session_does_not_open_says_so_within_the_time_for_connecting()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        var (time, held) = (new FakeTimeProvider(), new TaskCompletionSource());
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options with { TimeProvider = time });
        gateway.OpenSession = held.Task;
        Task<MxSample<float>> read = plant.Pump_001.Speed.ReadAsync();
        await Retry.Until("a session for reads is asked for", () => gateway.Calls.Count(call => call == "OpenSession") == 2);
        time.Advance(TimeSpan.FromSeconds(16));
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => read);
        Assert.StartsWith($"reading Pump_001.Speed: opening a session for reads: the gateway at {gateway.Options.Endpoint} does not answer", failure.Message);
        held.SetResult();
    }

    [Fact]
    public async Task A_read_that_waits_when_the_connection_is_disposed_of_ends_at_once()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync(configure: options => options with { ReadTimeout = s_long });
        await using (simulator)
        {
            TestPlant plant = await TestPlant.ConnectAsync(options);
            simulator.Faults.Silence(Speed, "Pump_001.PV");
            Task<MxSample<float>> underWay = plant.Pump_001.Speed.ReadAsync();
            await Retry.Until("the read waits", () => simulator.Counts is { PendingCommands: 1, AdvisedItems: 1 });
            Task<MxSample<float>> queued = plant.Pump_001.PV.ReadAsync();
            using IDisposable subscription = plant.Pump_001.Speed.Subscribe(_ => { });
            Task<MxSample<float>> first = plant.Pump_001.Speed.ReadAsync();
            await plant.DisposeAsync();

            Assert.Contains(Speed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => underWay)).Message);
            Assert.Contains("Pump_001.PV", (await Assert.ThrowsAsync<ObjectDisposedException>(() => queued)).Message);
            Assert.Contains(Speed, (await Assert.ThrowsAsync<ObjectDisposedException>(() => first)).Message);
            Assert.Equal(default, simulator.Counts);
        }
    }

    [Fact]
    public async Task A_read_that_waits_when_the_connection_is_lost_ends_at_once()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(configure: options => options with { ReadTimeout = s_long });
        plant.Simulator.Faults.Silence(Speed);
        Task<MxSample<float>> read = plant.Pump.Speed.ReadAsync();
        await UnderWayAsync(plant);
        plant.Simulator.Faults.DropSession(plant.Simulator.Calls.ToList()[0].SessionId);
        Assert.StartsWith("reading Pump_001.Speed: ", (await Assert.ThrowsAsync<MxConnectionException>(() => read)).Message);
    }

    private static SimulatorCall[] Reads(SimulatedPlant plant) => [.. plant.Simulator.Calls.ToList().Where(call => call.Command == MxCommandKind.ReadBulk)];

    // It waits for a value that is advised and does not come.
    private static Task UnderWayAsync(SimulatedPlant plant) =>
        Retry.Until("the read waits", () => plant.Simulator.Counts is { PendingCommands: 1, AdvisedItems: 1 });

    /// <summary>A gateway where Wide_001.A0 alone has a value; for the others it waits as long as it is told to, by the test's clock.</summary>
    private static async Task<ScriptedGateway> SilentGatewayAsync(FakeTimeProvider time)
    {
        ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command =>
        {
            if (command.Kind != MxCommandKind.ReadBulk)
                return Task.FromResult<MxCommandReply?>(null);
            if (command.ReadBulk.TagAddresses.Any(tag => tag != "Wide_001.A0"))
                time.Advance(TimeSpan.FromMilliseconds(command.ReadBulk.TimeoutMs));
            return Task.FromResult<MxCommandReply?>(ScriptedGateway.Read(command, tag => tag == "Wide_001.A0" ? ScriptedGateway.Row(1) : new() { ErrorMessage = "timeout" }));
        };
        return gateway;
    }
}
