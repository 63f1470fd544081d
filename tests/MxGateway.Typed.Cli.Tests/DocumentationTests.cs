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
        Dictionary<string, string> sections = Heading().Split(File.ReadAllText(RepositoryRoot.PathTo("docs", "cli.md"))).Skip(1).Chunk(2).ToDictionary(part => part[0].Trim(), part => part[1]);
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

    // Those that do something, by their whole names.
    private static IEnumerable<(string Name, Command Command)> Commands(Command parent, string path) => parent.Subcommands.SelectMany(
        command => command.Subcommands.Count == 0 ? [(path + command.Name, command)] : Commands(command, $"{path}{command.Name} "));

    // A row of a table begins with its option.
    private static HashSet<string> OptionsIn(string section) => [.. Row().Matches(section).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("^## `?([^`\n]+)`?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^\\| `(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
