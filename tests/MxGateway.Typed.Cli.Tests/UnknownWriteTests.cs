using System.Text.Json;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>Writes of which nobody can say whether they took effect: exit code 5, however it came about.</summary>
public sealed class UnknownWriteTests
{
    private const string Write = "write --item Pump_001.Mode --type Integer --value 3 --json";

    [Fact]
    public async Task A_gateway_that_is_killed_while_it_has_the_command_leaves_it_unknown()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        gateway.Simulator.Faults.SlowWorker(MxCommandKind.Write, TimeSpan.FromHours(1));
        string session = $"--session-id {await TextAsync("open-session", "sessionId")}";
        string server = $"{session} --server-handle {await TextAsync($"register {session}", "serverHandle")}";
        string item = $"{server} --item-handle {await TextAsync($"add-item {server} --item Pump_001.Mode", "itemHandle")}";

        // The only command that there is.
        Task<ProcessResult> writing = gateway.RunAsync($"write {item} --type Integer --value 3 --json");
        await Retry.Until("the worker has the write", () => gateway.Simulator.Counts.PendingCommands == 1);
        await gateway.Simulator.KillAsync();
        AssertUnknown(await writing, "writing item handle", "no connection with the gateway");

        async Task<string> TextAsync(string line, string property) => $"{(await gateway.JsonAsync(line)).Single().GetProperty(property)}";
    }

    [Fact]
    public async Task A_gateway_that_is_killed_before_the_confirmation_leaves_it_unknown()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        gateway.Simulator.Faults.CompleteWrites(CompletionOrder.Never, ["Pump_001.Mode"]);
        Task<ProcessResult> writing = gateway.RunAsync(Write);
        await Retry.Until("the write is done", () => gateway.Simulator.Calls.ToList().Any(call => call.Command == MxCommandKind.Write));
        await gateway.Simulator.KillAsync();
        AssertUnknown(await writing, "writing Pump_001.Mode: ");
    }

    [Theory]
    [InlineData("CommunicationError")]
    [InlineData("Unknown")]
    [InlineData("Pending")]
    public async Task A_refusal_whose_status_decides_nothing_leaves_it_unknown(string category)
    {
        await using WriteServer gateway = await WriteServer.StartAsync(new MxCommandReply
        {
            ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = "cannot write" },
            Statuses = { Status(category, "the engine does not answer") },
        });
        AssertUnknown(await gateway.WriteAsync(), "writing item handle 7: MXAccess refused: cannot write", "the engine does not answer");
    }

    [Fact]
    public async Task A_completion_whose_status_decides_nothing_leaves_it_unknown()
    {
        await using WriteServer gateway = await WriteServer.StartAsync(new MxCommandReply(), Completion("the engine does not answer"));
        ProcessResult result = await gateway.WriteAsync();
        AssertUnknown(result, "writing item handle 7: MXAccess does not say whether it is done", "the engine does not answer");
        Assert.Equal("CommunicationError", SampleGateway.Lines(result).Single().GetProperty("statuses")[0].GetProperty("category").GetString());
    }

    [Fact]
    public async Task A_gateway_that_repeats_the_key_brings_it_into_neither_the_JSON_nor_the_message()
    {
        await using WriteServer gateway = await WriteServer.StartAsync(new MxCommandReply(), Completion(WriteServer.WordsWithKey));
        ProcessResult written = await gateway.WriteAsync();
        AssertUnknown(written, "not shown");
        ProcessResult opened = await gateway.RunAsync("open-session --json");
        Assert.Equal("s", SampleGateway.Lines(opened).Single().GetProperty("sessionId").GetString());
        Assert.DoesNotContain("planted5ecret", $"{written} {opened}");
    }

    private static MxEvent Completion(string text) => new()
    {
        Family = MxEventFamily.OnWriteComplete,
        WorkerSequence = 1,
        ServerHandle = 1,
        ItemHandle = 7,
        OnWriteComplete = new(),
        Statuses = { Status("CommunicationError", text) },
    };

    private static MxStatusProxy Status(string category, string text) =>
        new() { Category = Enum.Parse<Contracts.Proto.MxStatusCategory>(category), DiagnosticText = text };

    private static void AssertUnknown(ProcessResult result, params string[] words)
    {
        Assert.True(result.ExitCode == ExitCodes.WriteUnknown, result.ToString());
        JsonElement json = SampleGateway.Lines(result).Single();
        Assert.Equal("unknown", json.GetProperty("outcome").GetString());
        Assert.All(words.Append("the write may or may not have taken effect: read the tag before writing again"), part => Assert.Contains(part, result.Error));
        Assert.EndsWith($"error: {json.GetProperty("why").GetString()}\n", result.Error);
    }
}
