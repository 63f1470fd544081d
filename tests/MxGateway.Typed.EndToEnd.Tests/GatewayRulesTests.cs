using System.Text.RegularExpressions;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>
/// <c>docs/gateway-rules.md</c> is true: each rule of the gateway names the checks that show it, the checks find nothing wrong with the simulator,
/// and at least one of them finds something wrong with a simulator that breaks that one rule.
/// </summary>
public sealed partial class GatewayRulesTests
{
    // A broken rule often shows as an answer that never comes. Long enough for a busy machine, since an answer that is only late would count as a broken rule noticed.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(6);

    private const string Whole = "no rule broken";

    [Fact]
    public void Each_rule_stands_in_the_table_once_and_in_the_order_of_the_code() =>
        Assert.Equal(Enum.GetNames<GatewayRule>(), Table().Where(row => !row.IsWithoutSwitch).Select(row => row.Rule));

    [Fact]
    public void Each_rule_names_what_shows_it() => Assert.Empty(Table().Where(row => row.ShownBy.Count == 0).Select(row => row.Rule));

    [Fact]
    public void A_rule_without_a_switch_names_tests_that_there_are()
    {
        foreach (RuleRow row in Table().Where(row => row.IsWithoutSwitch))
            foreach (string test in row.ShownBy)
                Assert.True(IsTest(test), $"{row.Rule} is shown by {test}, which no test project has");
    }

    [PeerFact]
    public async Task Each_rule_names_checks_that_there_are()
    {
        IReadOnlyDictionary<string, PeerCheck> checks = await PythonClient.ListAsync();
        foreach (RuleRow row in Table().Where(row => !row.IsWithoutSwitch))
            foreach (string check in row.ShownBy)
                Assert.True(checks.ContainsKey(check), $"{row.Rule} is shown by {check}, which the Python client does not have");
    }

    [PeerFact]
    public async Task A_simulator_that_breaks_one_rule_is_found_out()
    {
        IReadOnlyDictionary<string, PeerCheck> checks = await PythonClient.ListAsync();
        await using var simulators = new CheckedSimulators();

        // What fails here though no rule is broken fails for another reason, such as a busy machine, and says nothing of the broken ones.
        string[] shown = [.. Table().Where(row => !row.IsWithoutSwitch).SelectMany(row => row.ShownBy).Distinct()];
        foreach (IGrouping<bool, string> checksOfPlant in shown.GroupBy(check => checks[check].Users is true))
            await simulators.StartAsync(Whole, checksOfPlant.Key, GatewayRules.All, [.. checksOfPlant]);
        foreach (RuleRow row in Table().Where(row => !row.IsWithoutSwitch))
        {
            var rules = new GatewayRules(Enum.Parse<GatewayRule>(row.Rule));
            foreach (IGrouping<bool, string> checksOfPlant in row.ShownBy.GroupBy(check => checks[check].Users is true))
                await simulators.StartAsync(row.Rule, checksOfPlant.Key, rules, [.. checksOfPlant]);
        }

        ILookup<string, PeerVerdict> verdicts = await PythonClient.RunAsync(simulators.Jobs, s_patience);
        Assert.Empty(verdicts[Whole].Where(verdict => verdict.Passed is not true).Select(verdict => verdict.Line));
        string[] unnoticed = [.. Enum.GetNames<GatewayRule>().Where(rule => verdicts[rule].All(verdict => verdict.Passed is not false))];
        Assert.True(unnoticed.Length == 0, $"nothing fails where these rules are broken: {string.Join(", ", unnoticed)}");
    }

    /// <summary>The rows of the document.</summary>
    private static List<RuleRow> Table()
    {
        string text = File.ReadAllText(RepositoryRoot.PathTo("docs", "gateway-rules.md"));
        int withoutSwitch = text.IndexOf("## Rules without a switch", StringComparison.Ordinal);
        return [.. Row().Matches(text).Select(row => new RuleRow(
            row.Groups["rule"].Value,
            [.. Quoted().Matches(row.Groups["shown"].Value).Select(name => name.Groups[1].Value)],
            withoutSwitch >= 0 && row.Index > withoutSwitch))];
    }

    private static bool IsTest(string name) => name.Split('.') is [var type, var method]
        && Directory.EnumerateFiles(RepositoryRoot.PathTo("tests"), $"{type}.cs", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| (?!Rule )(?<rule>[A-Z][A-Za-z0-9]+) \| .+ \|(?<shown>[^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    private sealed record RuleRow(string Rule, IReadOnlyList<string> ShownBy, bool IsWithoutSwitch);
}
