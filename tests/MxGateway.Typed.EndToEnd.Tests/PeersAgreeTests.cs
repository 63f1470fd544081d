using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>The peers agree on the contract with each other; then what they say about our own ends counts.</summary>
public class PeersAgreeTests
{
    [PeerFact]
    public async Task The_python_gateway_keeps_the_rules_about_time_and_numbers()
    {
        ProcessResult result = await ProcessRun.RunAsync(Peers.Python, [Peers.Script("gateway_tests.py")], new ProcessRunOptions { Environment = Peers.Environment() });
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    [PeerFact]
    public async Task The_python_client_finds_nothing_wrong_with_the_python_gateway()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SmallPlant.Hierarchy);
        IReadOnlyList<string> passed = await PythonClient.CheckAsync(gateway.Endpoint, gateway.Key, gateway.ReadKey);
        Assert.Contains("an_item_lives_from_register_to_unregister", passed);
        Assert.Contains("a_missing_scope_is_permission_denied", passed);
    }

    [PeerFact]
    public async Task They_agree_on_the_sample_plant()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(Hierarchy.Of(SamplePlant.Snapshot));
        Assert.NotEmpty(await PythonClient.CheckAsync(gateway.Endpoint, gateway.Key, gateway.ReadKey));
    }

    [PeerFact]
    public async Task They_agree_too_where_the_contract_leaves_a_choice()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(
            SmallPlant.Hierarchy, new() { Arguments = ["--headers-late", "--change-first", "--shuffle", "7", "--tick", "0.05"] });
        // Where headers come late, nobody knows which of two streams was the first to be attached; where values move by themselves, what was collected, or
        // held back, is not only what was written.
        string[] arguments =
        [
            "--headers-late",
            "--leave-out", "a_second_stream_already_exists",
            "--leave-out", "a_buffered_item_collects_its_changes_for_an_interval",
            "--leave-out", "a_suspended_item_brings_no_change_until_it_is_activated",
        ];
        Assert.NotEmpty(await PythonClient.CheckAsync(gateway.Endpoint, gateway.Key, gateway.ReadKey, arguments));
    }

    [PeerFact]
    public async Task The_python_client_notices_a_write_that_is_not_done()
    {
        // Which of them the client writes is its own choice.
        string[] arguments = [.. Floats().SelectMany(reference => new[] { "--reject-writes-to", reference })];
        await using PythonGateway gateway = await PythonGateway.StartAsync(SmallPlant.Hierarchy, new() { Arguments = arguments });
        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => PythonClient.CheckAsync(gateway.Endpoint, gateway.Key, gateway.ReadKey, "--only", "an_item_lives_from_register_to_unregister"));
        Assert.Contains("FAILED an_item_lives_from_register_to_unregister: the write's status", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task The_record_has_every_call_with_what_it_was_about()
    {
        await using PythonGateway gateway = await PythonGateway.StartAsync(SmallPlant.Hierarchy);
        await PythonClient.CheckAsync(gateway.Endpoint, gateway.Key, gateway.ReadKey, "--only", "an_item_lives_from_register_to_unregister");
        GatewayCall closed = await gateway.CallAsync("the end of the session", call => call.Name == "CloseSession");

        GatewayCall[] calls = [.. gateway.Calls.Where(call => call.Method != "DiscoverHierarchy")];
        Assert.Equal(
            ["OpenSession", "StreamEvents", "REGISTER", "ADD_ITEM", "ADVISE", "WRITE", "UN_ADVISE", "REMOVE_ITEM", "UNREGISTER", "ADD_ITEM", "CloseSession"],
            calls.Select(call => call.Name));
        Assert.Equal(closed.Number, calls[^1].Number);
        Assert.Contains(Assert.Single(calls[3].Items), Floats());
        Assert.All(calls[3..8], call => Assert.Equal((calls[2].Server, calls[3].Handles[0]), (call.Server, call.Handles[0])));
        Assert.Equal("MXACCESS_FAILURE", calls[^2].Status);
        Assert.Empty(CallRecord.LeftBehind(calls));
    }

    private static IEnumerable<string> Floats() =>
        SmallPlant.Hierarchy.Objects.SelectMany(o => o.Attributes)
            .Where(a => a is { MxDataType: (int)MxDataType.Float, IsArray: false }).Select(a => a.FullTagReference);
}
