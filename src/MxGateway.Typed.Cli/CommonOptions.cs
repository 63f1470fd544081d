using System.CommandLine;

namespace MxGateway.Typed.Cli;

/// <summary>Options that mean the same for every command.</summary>
internal static class CommonOptions
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object on one line of stdout, for machines. Default: words." };
}
