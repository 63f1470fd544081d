using System.CommandLine;
using System.Text.RegularExpressions;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

public sealed partial class DocumentationTests
{
    private static readonly RootCommand s_root = CommandLine.Create(new CliConsole(TextWriter.Null, TextWriter.Null, null, _ => null));

    [Fact]
    public void The_page_has_a_section_for_each_command_and_a_row_for_each_of_its_options()
    {
        Dictionary<string, string> sections = Sections();
        HashSet<string> connection = OptionsIn(sections["Connection options"]);

        foreach ((string name, Command command) in Commands(s_root, ""))
        {
            HashSet<string> documented = OptionsIn(sections[name]);
            if (sections[name].Contains("(#connection-options)"))
                documented.UnionWith(connection);
            Assert.Equal(command.Options.Select(option => option.Name).Where(name => name != "--help").Order(), documented.Order());
        }
    }

    [Fact]
    public void Each_option_says_in_the_help_what_it_does_when_it_is_not_given()
    {
        foreach (Option option in Commands(s_root, "").SelectMany(entry => entry.Command.Options).Where(option => option.Name != "--help"))
            Assert.True(option.Required || option.Description!.Contains("Default: ") || option.Name == "--api-key", $"{option.Name} names no default");
    }

    [Fact]
    public async Task The_commands_that_drive_a_session_do_so_each_time_that_they_are_run()
    {
        await using SampleGateway gateway = await SampleGateway.StartAsync();
        Match[] steps = Step().Matches(Sections()["Speaking with a gateway"]).ToArray();
        Assert.True(steps.Length > 6, "the page has no such commands");

        // The second time the value is there already.
        for (int run = 0; run < 2; run++)
        {
            var variables = new Dictionary<string, string>();
            foreach (Match step in steps)
            {
                string line = variables.Aggregate(step.Groups["command"].Value.Replace(" $E", ""), (text, known) => text.Replace($"\"${known.Key}\"", known.Value));
                if (step.Groups["property"] is { Success: true, Value: var property })
                    variables[step.Groups["variable"].Value] = (await gateway.JsonAsync(line.Replace(" --json", ""))).Single().GetProperty(property).ToString();
                else
                    Assert.Equal(new ProcessResult(ExitCodes.Done, "", ""), await gateway.RunAsync(line) with { Output = "" });
            }
        }

        gateway.AssertNothingLeftBehind();
    }

    // The page's sections by their headings.
    private static Dictionary<string, string> Sections() =>
        Heading().Split(File.ReadAllText(RepositoryRoot.PathTo("docs", "cli.md"))).Skip(1).Chunk(2).ToDictionary(part => part[0].Trim(), part => part[1]);

    // Those that do something, by their whole names.
    private static IEnumerable<(string Name, Command Command)> Commands(Command parent, string path) => parent.Subcommands.SelectMany(
        command => command.Subcommands.Count == 0 ? [(path + command.Name, command)] : Commands(command, $"{path}{command.Name} "));

    // A row of a table begins with its option.
    private static HashSet<string> OptionsIn(string section) => [.. Row().Matches(section).Select(match => match.Groups[1].Value)];

    // A command of the shell that names the session, or makes a variable of what a command prints.
    [GeneratedRegex(@"^    (?:(?<variable>[A-Z])=\$\()?mxgw-typed (?<command>[a-z-]+ \$E.*?)(?: \| jq (?:-r )?\.(?<property>\w+)\))?$", RegexOptions.Multiline)]
    private static partial Regex Step();

    [GeneratedRegex("^## `?([^`\n]+)`?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^\\| `(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
