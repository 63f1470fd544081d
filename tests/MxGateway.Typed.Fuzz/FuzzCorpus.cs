using System.Globalization;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Fuzz;

/// <summary>The folder of inputs that once failed, a file each. A test replays them all.</summary>
internal sealed class FuzzCorpus(string folder)
{
    /// <summary>The repository's own.</summary>
    public static FuzzCorpus Kept { get; } = new(RepositoryRoot.PathTo("tests", "MxGateway.Typed.Fuzz", "Corpus"));

    public IEnumerable<string> Files => Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal);

    /// <summary>Reads a file of the folder.</summary>
    public FuzzInput Read(string file) => FuzzInput.Parse(File.ReadAllText(Path.Combine(folder, file)));

    /// <summary>Keeps a failing input, with what went wrong as a comment.</summary>
    /// <returns>The file.</returns>
    public string Add(FuzzFinding finding)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{finding.Input.Target}-{finding.Seed}.txt"));
        string why = string.Concat(finding.Exception.ToString().ReplaceLineEndings("\n").Split('\n').Take(12).Select(line => $"# {line}\n"));
        File.WriteAllText(file, why + finding.Input);
        return file;
    }
}
