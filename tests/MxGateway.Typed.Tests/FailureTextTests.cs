using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>What failures say: what happened, to which tag, and what to do about it.</summary>
public sealed class FailureTextTests
{
    [Fact]
    public async Task A_cancelled_read_or_write_names_its_tag_and_keeps_the_token()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Answer = async command =>
        {
            if (command.Kind != MxCommandKind.ReadBulk)
                return null;
            asked.TrySetResult();
            await answer.Task;
            return null;
        };
        using var cancel = new CancellationTokenSource();
        Task<MxSample<float>> underWay = plant.Pump_001.Speed.ReadAsync(cancel.Token);
        await asked.Task;
        await cancel.CancelAsync();
        await CancelledAsync("reading Pump_001.Speed: the wait was cancelled", underWay, cancel.Token);
        await CancelledAsync("reading Pump_001.Count: the wait was cancelled", plant.Pump_001.Count.ReadAsync(cancel.Token), cancel.Token);
        await CancelledAsync(
            "writing Pump_001.Speed: the wait was cancelled; nothing was sent", plant.Pump_001.Speed.WriteAsync(1, cancel.Token), cancel.Token);
        Task both = plant.WriteAllAsync([MxWrite.Of(plant.Pump_001.Speed, 1), MxWrite.Of(plant.Pump_001.Count, 1)], cancel.Token);
        await CancelledAsync("writing Pump_001.Speed and 1 more: the wait was cancelled; nothing was sent", both, cancel.Token);
        answer.SetResult();
    }

    [Fact]
    public async Task After_disposal_everything_names_its_tag_and_the_gateway()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxAttribute<float> speed = plant.Pump.Speed;
        await plant.Plant.DisposeAsync();
        string closed = $"Pump_001.Speed: the connection with {plant.Options.Endpoint} was closed";
        ObjectDisposedException[] failures =
        [
            await Assert.ThrowsAsync<ObjectDisposedException>(() => speed.WriteAsync(1)),
            await Assert.ThrowsAsync<ObjectDisposedException>(() => speed.ReadAsync()),
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await speed.AdviseAsync().FirstAsync()),
            Assert.Throws<ObjectDisposedException>(() => speed.Subscribe(new Observer<MxSample<float>>())),
            Assert.Throws<ObjectDisposedException>(() => speed.PropertyChanged += static (_, _) => { }),
        ];
        Assert.All(failures, failure => Assert.Contains(closed, failure.Message));

        await using MxGatewayConnection shared = await MxGatewayConnection.ConnectAsync(plant.Options);
        var one = new TestPlant(shared);
        await one.DisposeAsync();
        ObjectDisposedException ended = Assert.Throws<ObjectDisposedException>(() => one.Pump_001.Speed.Subscribe(new Observer<MxSample<float>>()));
        Assert.StartsWith("advising Pump_001.Speed: the plant was disposed of", ended.Message);
    }

    [Fact]
    public async Task A_key_that_is_kept_to_other_tags_is_not_told_of_scopes()
    {
        const string Keys = """{"keys": [{"key": "mxgw_test_planted5ecret", "scopes": ["session:open", "invoke:read", "events:read"], "tags": ["Pump_001.Count"]}]}""";
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync(Keys);
        await using var client = new MxGatewayClient(plant.Options);
        await using MxSession session = await client.OpenSessionAsync();
        int server = await session.RegisterAsync("test");
        MxAuthorizationException refused = await Assert.ThrowsAsync<MxAuthorizationException>(() => session.AddItemAsync(server, "Pump_001.Speed"));
        Assert.Contains("adding Pump_001.Speed", refused.Message);
        Assert.Contains("kept to other tags", refused.Message);
        Assert.DoesNotContain("scope", refused.Message);

        MxWriteRejectedException notSent = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.Speed.WriteAsync(1));
        Assert.StartsWith("writing Pump_001.Speed: ", notSent.Message);
        Assert.Contains("kept to other tags", notSent.Message);
        Assert.EndsWith("Nothing was sent", notSent.Message);
    }

    [Fact]
    public async Task A_write_without_the_user_that_security_asks_for_says_how_to_give_one()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(gateway.Options);
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await Retry.Until("the tag is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        await Retry.Until("it is written", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.Write));
        gateway.Send(ScriptedGateway.Complete(2, 101, Contracts.Proto.MxStatusCategory.SecurityError));
        MxWriteRejectedException refused = await Assert.ThrowsAsync<MxWriteRejectedException>(() => write);
        Assert.EndsWith("give the user in whose name it is written: WriteAsync(value, user)", refused.Message);
    }

    [Fact]
    public async Task A_write_that_is_refused_where_the_snapshot_has_another_type_says_so()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        MxWriteRejectedException refused = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.NoteAsFloat.WriteAsync(1));
        Assert.StartsWith("writing Pump_001.Note: MXAccess refused", refused.Message);
        Assert.EndsWith("; the snapshot says Float, the gateway sent String; export the snapshot anew", refused.Message);

        refused = await Assert.ThrowsAsync<MxWriteRejectedException>(() => plant.Pump.Measured.WriteAsync(1));
        Assert.DoesNotContain("snapshot", refused.Message);
    }

    [Fact]
    public async Task A_connection_that_broke_is_told_once_and_the_reason_last()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        plant.Simulator.Faults.CutConnections();
        await Retry.Until("the loss is noticed", () => plant.Plant.Connection.State == MxConnectionState.Disconnected);
        MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => plant.Pump.Speed.ReadAsync());
        Assert.StartsWith(
            $"reading Pump_001.Speed: nothing was sent: the connection with {plant.Options.Endpoint} was lost; make a new one (", failure.Message);
        Assert.Equal(2, failure.Message.Split($"{plant.Options.Endpoint}").Length);
    }

    [Fact]
    public async Task What_is_left_empty_is_named_with_what_to_give()
    {
        await using var client = new MxGatewayClient(new() { Endpoint = new Uri("http://localhost:5000"), ApiKey = MxApiKey.From("mxgw_a_planted5ecret") });
        MxSession session = client.TakeUpSession("session-1");
        (string Name, string Says, Func<Task> Call)[] empty =
        [
            ("userName", "the user's name is empty; give the name of the user who signs the write", () => Task.FromResult(new MxCredentials("", "planted5ecret"))),
            ("clientName", "the client's name is empty; give one", () => session.RegisterAsync("")),
            ("reference", "the reference is empty; give the tag's, such as Pump_001.Speed", () => session.AddItemAsync(1, "")),
            ("reference", "the reference is empty; give one that is relative to the object, such as Me.Speed", () => session.AddItem2Async(1, " ", "Pump_001")),
            ("reference", "the reference is empty; give the tag's, such as Pump_001.Speed", () => session.AddBufferedItemAsync(1, "")),
            ("sessionId", "the session's id is empty; give the Id that it had when it was opened", () => Task.FromResult(client.TakeUpSession(""))),
            ("name", "the variable's name is empty; give the one that holds the API key", () => Task.FromResult(MxApiKey.FromEnvironment(""))),
            ("value", "the text is no API key: it is empty; give the key", () => Task.FromResult(MxApiKey.From(" "))),
        ];
        foreach ((string name, string says, Func<Task> call) in empty)
        {
            ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(call);
            Assert.Equal(name, refused.ParamName);
            Assert.StartsWith(says, refused.Message);
        }
    }

    [Fact]
    public async Task A_limit_of_sessions_says_what_to_do()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) =
            await SimulatedPlant.StartSimulatorAsync(simulate: simulate => simulate with { MaxSessions = 1 });
        await using (simulator)
        {
            await using var client = new MxGatewayClient(options);
            await using MxSession only = await client.OpenSessionAsync();
            MxProtocolException failure = await Assert.ThrowsAsync<MxProtocolException>(() => client.OpenSessionAsync());
            Assert.Contains("close what is not used, or ask for a higher limit; sessions of applications that ended without disposing go after 30 s", failure.Message);
        }
    }

    [Fact]
    public async Task A_session_that_the_gateway_does_not_know_is_told_once()
    {
        (GatewaySimulator simulator, MxGatewayOptions options) = await SimulatedPlant.StartSimulatorAsync();
        await using (simulator)
        {
            await using var client = new MxGatewayClient(options);
            MxConnectionException failure = await Assert.ThrowsAsync<MxConnectionException>(() => client.TakeUpSession("bla").PingAsync());
            Assert.Equal(2, failure.Message.Split("restarted").Length);
            Assert.EndsWith("; open another one, or check the session's id", failure.Message);
        }
    }

    [Fact]
    public async Task Tags_of_two_connections_are_told_apart()
    {
        await using SimulatedPlant one = await SimulatedPlant.StartAsync();
        await using SimulatedPlant other = await SimulatedPlant.StartAsync();
        MxTag[] tags = [one.Pump.Speed, other.Pump.Speed];
        ArgumentException refused = Assert.Throws<ArgumentException>(() => tags.AdviseAsync());
        Assert.Contains($"Pump_001.Speed ({one.Options.Endpoint})", refused.Message);
        Assert.Contains($"Pump_001.Speed ({other.Options.Endpoint})", refused.Message);
    }

    [Fact]
    public async Task One_write_alone_has_no_others_beside_it()
    {
        await using SimulatedPlant plant = await SimulatedPlant.StartAsync();
        var write = MxWrite.Of(plant.Pump.Speed, 1);
        await plant.Plant.DisposeAsync();
        ObjectDisposedException closed = await Assert.ThrowsAsync<ObjectDisposedException>(() => plant.Plant.WriteAllAsync([write]));
        Assert.StartsWith("writing Pump_001.Speed: ", closed.Message);
    }

    [Fact]
    public async Task An_event_stream_that_was_read_names_its_session()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using var client = new MxGatewayClient(gateway.Options);
        await using MxSession session = await client.OpenSessionAsync();
        await using MxEventStream events = await session.AttachEventsAsync();
        gateway.EndStream(GrpcStatusCode.OK);
        await foreach (MxSessionEvent _ in events)
            Assert.Fail("there are no events");
        InvalidOperationException again = Assert.Throws<InvalidOperationException>(() => { _ = events.GetAsyncEnumerator(); });
        Assert.Contains(session.Id, again.Message);
        Assert.Contains("AttachEventsAsync", again.Message);
    }

    [Fact]
    public void A_key_that_cannot_be_one_names_its_variable_and_not_itself()
    {
        const string Name = "MXGATEWAY_TEST_BLANK_KEY";
        Environment.SetEnvironmentVariable(Name, "mxgw_a planted5ecret");
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => MxApiKey.FromEnvironment(Name));
        Assert.Contains(Name, failure.Message);
        Assert.DoesNotContain("planted5ecret", failure.ToString());
    }

    private static async Task CancelledAsync(string message, Task task, CancellationToken token)
    {
        OperationCanceledException failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.Equal(message, failure.Message);
        Assert.Equal(token, failure.CancellationToken);
    }
}
