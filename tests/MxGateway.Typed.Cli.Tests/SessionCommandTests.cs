using System.Text.Json;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>The commands that speak with a gateway, against the simulator.</summary>
public sealed class SessionCommandTests
{
    [Fact]
    public async Task A_session_is_driven_step_by_step_and_nothing_is_left()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        JsonElement opened = (await gateway.JsonAsync("open-session --client-name stepper")).Single();
        string id = opened.GetProperty("sessionId").GetString()!;
        Assert.Equal(
            $$"""{"sessionId":"{{id}}","backend":"simulator","gatewayProtocolVersion":1,"workerProtocolVersion":1,"capabilities":["bulk-read"]}""", opened.GetRawText());
        string session = $"--session-id {id}";
        Assert.Equal($$"""{"sessionId":"{{id}}","state":"Ready"}""", (await gateway.JsonAsync($"ping {session}")).Single().GetRawText());
        int server = (await gateway.JsonAsync($"register {session}")).Single().GetProperty("serverHandle").GetInt32();
        session += $" --server-handle {server}";
        JsonElement added = (await gateway.JsonAsync($"add-item {session} --item Pump_001.Mode")).Single();
        int item = added.GetProperty("itemHandle").GetInt32();
        Assert.Equal($$"""{"sessionId":"{{id}}","serverHandle":{{server}},"item":"Pump_001.Mode","itemHandle":{{item}}}""", added.GetRawText());

        string ofItem = $"{session} --item-handle {item}", answer = $$"""{"sessionId":"{{id}}","serverHandle":{{server}},"itemHandle":{{item}}}""";
        Assert.Equal(answer, (await gateway.JsonAsync($"advise {ofItem}")).Single().GetRawText());
        Assert.Equal(
            $$"""{"sessionId":"{{id}}","serverHandle":{{server}},"item":null,"itemHandle":{{item}},"outcome":"confirmed","why":null,"statuses":[{{Ok}}]}""",
            (await gateway.JsonAsync($"write {ofItem} --type integer --value 77")).Single().GetRawText());
        JsonElement read = (await gateway.JsonAsync($"read {session} --item Pump_001.Mode")).Single();
        Assert.True(read.GetProperty("cached").GetBoolean());
        Assert.Equal(77, read.GetProperty("sample").GetProperty("value").GetInt32());

        // The first value was 1, the confirmation and the change are 2 and 3: a stream that is resumed has them.
        JsonElement[] events = await gateway.JsonAsync($"stream-events --session-id {id} --after-sequence 1 --max-events 2");
        Assert.Equal([2, 3], events.Select(e => e.GetProperty("sequence").GetInt32()));
        Assert.Equal(
            $$"""{"event":"writeComplete","sequence":2,"serverHandle":{{server}},"itemHandle":{{item}},"outcome":"confirmed","statuses":[{{Ok}}]}""",
            events[0].GetRawText());
        string time = events[1].GetProperty("sample").GetProperty("timestamp").GetString()!;
        Assert.Equal(
            $$"""{"event":"dataChange","sequence":3,"serverHandle":{{server}},"itemHandle":{{item}},"""
            + $$"""sample":{"value":77,"type":"Integer","quality":192,"isGood":true,"timestamp":"{{time}}"},"statuses":[{{Ok}}]}""".Insert(0, "\""),
            events[1].GetRawText());

        Assert.Equal(answer, (await gateway.JsonAsync($"un-advise {ofItem}")).Single().GetRawText());
        Assert.Equal(answer, (await gateway.JsonAsync($"remove-item {ofItem}")).Single().GetRawText());
        Assert.Equal($$"""{"sessionId":"{{id}}","serverHandle":{{server}}}""", (await gateway.JsonAsync($"unregister {session}")).Single().GetRawText());
        Assert.Equal($$"""{"sessionId":"{{id}}","state":"Closed"}""", (await gateway.JsonAsync($"close-session --session-id {id}")).Single().GetRawText());
        gateway.AssertNothingLeftBehind();
        Assert.Single(gateway.Simulator.Calls.ToList(), call => call.Command == MxCommandKind.RemoveItem);

        ProcessResult gone = await gateway.RunAsync($"ping --session-id {id}");
        Assert.Equal((ExitCodes.Failed, ""), (gone.ExitCode, gone.Output));
        Assert.Equal(
            $"error: the gateway at {gateway.Simulator.Endpoint} does not know the session {id}: it was closed, or nobody used it, or the gateway restarted; "
            + "check --session-id, or open another one with open-session\n",
            gone.Error);
        Assert.DoesNotContain("planted", gone.Error);
    }

    [Fact]
    public async Task In_words_each_step_says_what_is_needed_next()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        string id = Word(await gateway.RunAsync("open-session"), 1);
        string server = Word(await gateway.RunAsync($"register --session-id {id}"), 2);
        string item = Word(await gateway.RunAsync($"add-item --session-id {id} --server-handle {server} --item Pump_001.Mode"), 2);
        string ofItem = $"--session-id {id} --server-handle {server} --item-handle {item}";
        Assert.Equal($"item handle {item} is advised\n", (await gateway.RunAsync($"advise {ofItem}")).Output);
        Assert.Equal($"item handle {item}: confirmed\n", (await gateway.RunAsync($"write {ofItem} --type Integer --value 5")).Output);
        Assert.StartsWith($"2 write complete of item handle {item}: confirmed\n", (await gateway.RunAsync($"stream-events --session-id {id} --after-sequence 1 --max-events 1")).Output);
        Assert.Equal($"{id} answers; it is Ready\n", (await gateway.RunAsync($"ping --session-id {id}")).Output);
        Assert.Equal($"{id} is Closed\n", (await gateway.RunAsync($"close-session --session-id {id}")).Output);
        gateway.AssertNothingLeftBehind();
    }

    [Theory]
    [InlineData("Pump_001.SpeedSetpoint", "Float", "41.5", "41.5")]
    [InlineData("Pump_001.Cmd", "boolean", "true", "true")]
    [InlineData("Pump_001.Mode", "INTEGER", "-7", "-7")]
    [InlineData("Diagnostics_001.Logbook", "String", "text", "\"text\"")]
    [InlineData("Recipe_001.Setpoints[]", "Float[]", "[1.5,2]", "[1.5,2]")]
    [InlineData("Recipe_001.StepNames[]", "String[]", "[\"a\",\"b\"]", "[\"a\",\"b\"]")]
    public async Task A_written_value_is_read_back(string item, string type, string value, string json)
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        Assert.Equal("confirmed", (await gateway.JsonAsync($"write --item {item} --type {type} --value {value}")).Single().GetProperty("outcome").GetString());
        JsonElement read = (await gateway.JsonAsync($"read --item {item}")).Single();
        Assert.Equal(json, read.GetProperty("sample").GetProperty("value").GetRawText());
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task A_write_that_MXAccess_refuses_is_rejected_and_says_why()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        ProcessResult result = await gateway.RunAsync("write --item Valve_102.Command --type Boolean --value true --json");
        Assert.Equal(ExitCodes.WriteRejected, result.ExitCode);
        JsonElement json = SampleGateway.Lines(result).Single();
        Assert.Equal("rejected", json.GetProperty("outcome").GetString());
        Assert.Equal(1012, json.GetProperty("statuses")[0].GetProperty("detail").GetInt32());
        Assert.Contains("Valve_102.Command", result.Error);
        Assert.Contains("1012", result.Error);
        gateway.AssertNothingLeftBehind();
    }

    [Theory]
    [InlineData("Pump_001.SpeedSetpoint --type Float --value 42.5", "this tool gives no user: ", "with WriteAsync(value, user)\n")]
    [InlineData("Valve_102.Command --type Boolean --value true", "this tool gives no user: ", "with WriteAsync(value, user)\n")]
    [InlineData("Recipe_001.Release --type Boolean --value true", "this tool gives no users: ", "with WriteAsync(value, user, verifier)\n")]
    public async Task A_write_that_needs_a_user_says_who_can_give_one(string write, string lack, string advice)
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync(hasUsers: true);
        ProcessResult result = await gateway.RunAsync($"write --item {write}");
        Assert.Equal(ExitCodes.WriteRejected, result.ExitCode);
        Assert.Contains("SecurityError", result.Error);
        Assert.Contains(lack, result.Error);
        Assert.Contains(advice, result.Error);
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task A_write_that_is_not_confirmed_in_time_is_unknown_and_its_item_is_left_alone()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.Never, ["Pump_001.Mode"]);
        ProcessResult own = await gateway.RunAsync("write --item Pump_001.Mode --type Integer --value 3 --time-limit 1 --json");
        Assert.Equal(ExitCodes.WriteUnknown, own.ExitCode);
        Assert.Equal("unknown", SampleGateway.Lines(own).Single().GetProperty("outcome").GetString());
        Assert.Contains("no OnWriteComplete within 1 s", own.Error);
        Assert.Contains("read the tag before writing again", own.Error);
        gateway.AssertNothingLeftBehind();

        // In a session of somebody else's the item stays: MXAccess wants it to be there when the completion comes.
        (string id, string server) = await OpenAsync(gateway);
        ProcessResult named = await gateway.RunAsync($"write --session-id {id} --server-handle {server} --item Pump_001.Mode --type Integer --value 3 --time-limit 1");
        Assert.Equal(ExitCodes.WriteUnknown, named.ExitCode);
        Assert.Contains("stays in session-", named.Error);
        Assert.Equal(1, gateway.Simulator.Counts.Items);
        await gateway.RunAsync($"close-session --session-id {id}");
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task Ctrl_C_before_the_confirmation_is_an_unknown_outcome_too()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.Never, ["Pump_001.Mode"]);
        using var stop = new CancellationTokenSource();
        Task<ProcessResult> write = gateway.RunAsync("write --item Pump_001.Mode --type Integer --value 3 --json", stop.Token);
        await Retry.Until("the write is sent", () => gateway.Simulator.Calls.ToList().Any(call => call.Command == MxCommandKind.Write));
        await stop.CancelAsync();
        ProcessResult result = await write;
        Assert.Equal(ExitCodes.WriteUnknown, result.ExitCode);
        Assert.Equal("unknown", SampleGateway.Lines(result).Single().GetProperty("outcome").GetString());
        Assert.Contains("cancelled; the write may or may not have taken effect", result.Error);
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task Where_another_stream_has_the_events_the_outcome_is_unknown_and_says_where_to_look()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        (string id, string server) = await OpenAsync(gateway);
        string session = $"--session-id {id} --server-handle {server}";
        string item = Word(await gateway.RunAsync($"add-item {session} --item Pump_001.Mode"), 2);
        await gateway.RunAsync($"advise {session} --item-handle {item}");
        Task<ProcessResult> streaming = gateway.RunAsync($"stream-events --session-id {id} --max-events 2");
        await Retry.Until("the stream is attached", () => gateway.Simulator.Counts.Streams == 1);

        ProcessResult second = await gateway.RunAsync($"stream-events --session-id {id} --max-events 1");
        Assert.Equal((ExitCodes.Failed, ""), (second.ExitCode, second.Output));
        Assert.Contains("has an event stream already", second.Error);
        ProcessResult unseen = await gateway.RunAsync($"write {session} --item Pump_001.Mode --type Integer --value 8");
        Assert.Equal(ExitCodes.Failed, unseen.ExitCode);
        Assert.Contains("nothing was written", unseen.Error);
        ProcessResult written = await gateway.RunAsync($"write {session} --item-handle {item} --type Integer --value 8");
        Assert.Equal(ExitCodes.WriteUnknown, written.ExitCode);
        Assert.Contains($"goes to the stream that reads the events of {id}", written.Error);

        // And there it is.
        ProcessResult events = await streaming;
        Assert.Equal(ExitCodes.Done, events.ExitCode);
        Assert.Contains($"write complete of item handle {item}: confirmed", events.Output);
        await gateway.RunAsync($"close-session --session-id {id}");
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task A_write_before_the_first_value_or_to_a_wrong_reference_changes_nothing()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        ProcessResult wrong = await gateway.RunAsync("write --item No.Such --type Integer --value 3");
        Assert.Equal((ExitCodes.Failed, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("nothing was written: MXAccess does not know No.Such", wrong.Error);

        gateway.Simulator.Faults.Silence(["Pump_001.Mode"]);
        ProcessResult silent = await gateway.RunAsync("write --item Pump_001.Mode --type Integer --value 3 --time-limit 1");
        Assert.Equal((ExitCodes.Failed, ""), (silent.ExitCode, silent.Output));
        Assert.Contains("nothing was written: Pump_001.Mode had no first value within 1 s", silent.Error);
        Assert.DoesNotContain(gateway.Simulator.Calls.ToList(), call => call.Command == MxCommandKind.Write);

        (string id, string server) = await OpenAsync(gateway);
        string item = Word(await gateway.RunAsync($"add-item --session-id {id} --server-handle {server} --item Pump_001.SpeedSetpoint"), 2);
        ProcessResult early = await gateway.RunAsync($"write --session-id {id} --server-handle {server} --item-handle {item} --type Float --value 3");
        Assert.Equal(ExitCodes.WriteRejected, early.ExitCode);
        Assert.Contains("no data change yet", early.Error);
        await gateway.RunAsync($"close-session --session-id {id}");
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task However_a_command_ends_that_attached_somebody_elses_stream_the_session_is_kept()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        (string id, string server) = await OpenAsync(gateway);

        // Refused, without a first value, and Ctrl+C. Each ends with the ping that gives the session its usual time again.
        string item = Word(await gateway.RunAsync($"add-item --session-id {id} --server-handle {server} --item Pump_001.SpeedSetpoint"), 2);
        await KeptAsync(ExitCodes.WriteRejected, $"write --session-id {id} --server-handle {server} --item-handle {item} --type Float --value 3");
        gateway.Simulator.Faults.Silence(["Pump_001.Mode"]);
        await KeptAsync(ExitCodes.Failed, $"write --session-id {id} --server-handle {server} --item Pump_001.Mode --type Integer --value 3 --time-limit 1");
        using var stop = new CancellationTokenSource();
        Task interrupted = KeptAsync(ExitCodes.Failed, $"stream-events --session-id {id}", stop.Token);
        await Retry.Until("the stream is attached", () => gateway.Simulator.Counts.Streams == 1);
        await stop.CancelAsync();
        await interrupted;

        await gateway.RunAsync($"close-session --session-id {id}");
        gateway.AssertNothingLeftBehind();

        async Task KeptAsync(int code, string line, CancellationToken cancellationToken = default)
        {
            int before = Pings();
            ProcessResult result = await gateway.RunAsync(line, cancellationToken);
            Assert.True(result.ExitCode == code, result.ToString());
            await Retry.Until($"a ping is on record after {line}", () => Pings() == before + 1);
        }

        int Pings() => gateway.Simulator.Calls.ToList().Count(call => call.Command == MxCommandKind.Ping);
    }

    [Theory]
    [InlineData("stream-events --session-id s")]
    [InlineData("write --session-id s --server-handle 1 --item-handle 7 --type Integer --value 3")]
    public async Task A_session_is_kept_whose_stream_was_cancelled_before_the_gateway_answered(string line)
    {
        var attached = new TaskCompletionSource();
        var pinged = new TaskCompletionSource();
        await using RawServer server = await RawServer.StartAsync(async context =>
        {
            if (context.Request.Path.Value!.EndsWith("/Invoke", StringComparison.Ordinal))
                pinged.TrySetResult();
            else
                attached.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var stop = new CancellationTokenSource();
        Task<ProcessResult> running = Tool.RunAsync(
            [.. line.Split(' '), "--endpoint", server.Endpoint.ToString()],
            new Dictionary<string, string?> { [ConnectionOptions.DefaultKeyVariable] = "mxgw_full_planted5ecret" },
            stop.Token);
        await attached.Task.WaitAsync(Retry.Patience);
        await stop.CancelAsync();
        await pinged.Task.WaitAsync(Retry.Patience);
        Assert.Equal(ExitCodes.Failed, (await running).ExitCode);
    }

    [Fact]
    public async Task Streaming_ends_with_its_time_or_with_the_session()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        (string id, _) = await OpenAsync(gateway);
        ProcessResult late = await gateway.RunAsync($"stream-events --session-id {id} --max-events 1 --time-limit 1");
        Assert.Equal((ExitCodes.Failed, ""), (late.ExitCode, late.Output));
        Assert.Contains("0 of 1 events came", late.Error);
        Assert.Equal(ExitCodes.Done, (await gateway.RunAsync($"stream-events --session-id {id} --time-limit 1")).ExitCode);

        Task<ProcessResult> counted = gateway.RunAsync($"stream-events --session-id {id} --max-events 1");
        await Retry.Until("the stream is attached", () => gateway.Simulator.Counts.Streams == 1);
        await gateway.RunAsync($"close-session --session-id {id}");
        Assert.Contains("was closed after 0 of 1 events", (await counted).Error);
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task A_smoke_test_goes_the_whole_way_and_leaves_nothing()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        JsonElement[] lines = await gateway.JsonAsync("smoke --item Pump_001.Speed");
        Assert.Equal(["dataChange", null], lines.Select(line => line.TryGetProperty("event", out JsonElement kind) ? kind.GetString() : null));
        Assert.Equal("""{"item":"Pump_001.Speed","events":1}""", lines[1].GetRawText());
        Assert.Equal(
            ["OpenSession", "Register", "StreamEvents", "AddItem", "Advise", "UnAdvise", "RemoveItem", "Unregister", "CloseSession"],
            gateway.Simulator.Calls.ToList().Select(call => call.Command?.ToString() ?? call.Method));
        gateway.AssertNothingLeftBehind();
    }

    [Theory]
    [InlineData("--item No.Such", "No.Such has no good value: bad (configuration error)")]
    [InlineData("--item Pump_001.Mode --time-limit 1", "0 of 1 events of Pump_001.Mode came within 1 s")]
    [InlineData("--item Pump_001.Speed --max-events 5 --time-limit 1", "1 of 5 events of Pump_001.Speed came within 1 s")]
    public async Task A_smoke_test_that_fails_says_why_and_leaves_nothing(string options, string why)
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        gateway.Simulator.Faults.Silence(["Pump_001.Mode"]);
        ProcessResult result = await gateway.RunAsync($"smoke {options}");
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(why, result.Error);
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task Ctrl_C_ends_a_smoke_test_and_leaves_nothing()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        using var stop = new CancellationTokenSource();
        Task<ProcessResult> smoke = gateway.RunAsync("smoke --item Pump_001.Speed --max-events 5", stop.Token);
        await Retry.Until("the item is advised", () => gateway.Simulator.Counts.AdvisedItems == 1);
        await stop.CancelAsync();
        ProcessResult result = await smoke;
        Assert.Equal((ExitCodes.Failed, "error: cancelled\n"), (result.ExitCode, result.Error));
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task A_signal_ends_the_program_as_cleanly()
    {
        // Windows knows no signal that one process could send to another.
        if (OperatingSystem.IsWindows())
            return;
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        await using ProcessRun smoke = gateway.Start("smoke --item Pump_001.Speed --max-events 5");
        await smoke.LineAsync("the first event", line => line.Contains("data change"));
        smoke.Interrupt();
        Assert.Equal(ExitCodes.Failed, (await smoke.ExitAsync()).ExitCode);
        gateway.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task A_gateway_that_goes_away_in_the_middle_is_told()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        Task<ProcessResult> smoke = gateway.RunAsync("smoke --item Pump_001.Speed --max-events 5");
        await Retry.Until("the item is advised", () => gateway.Simulator.Counts.AdvisedItems == 1);
        await gateway.Simulator.KillAsync();
        ProcessResult result = await smoke;
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("error: ", result.Error);
    }

    private static string Ok => """{"category":"Ok","detectedBy":"RespondingAutomationObject","detail":0,"text":""}""";

    private static async Task<(string Id, string Server)> OpenAsync(SampleGateway gateway)
    {
        string id = Word(await gateway.RunAsync("open-session"), 1);
        return (id, Word(await gateway.RunAsync($"register --session-id {id}"), 2));
    }

    private static string Word(ProcessResult result, int index)
    {
        Assert.True(result.ExitCode == ExitCodes.Done, result.ToString());
        return result.Output.Split([' ', '\n'])[index];
    }
}
