using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Generators;

/// <summary>A <c>GalaxySnapshot</c> item of the project: the file and what the item says. Equal when both are.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Text">The file's text; null where it cannot be read.</param>
/// <param name="Namespace">The namespace that the types go to, as the item or the project says.</param>
/// <param name="RootType">The plant's class, as the item or the file's name says.</param>
/// <param name="Rival">The file name of another snapshot whose types would go to the same place; null for none.</param>
internal sealed record SnapshotFile(string Path, SourceText? Text, string Namespace, string RootType, string? Rival = null)
{
    private const string Metadata = "build_metadata.AdditionalFiles.";
    private const string Extension = ".galaxy.json";

    /// <summary>The file's name, for headers and messages.</summary>
    public string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>Whether the build made an additional file of a <c>GalaxySnapshot</c> item.</summary>
    public static bool IsSnapshot(AdditionalText file, AnalyzerConfigOptionsProvider options) =>
        options.GetOptions(file).TryGetValue(Metadata + "GalaxySnapshot", out string? value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);

    public static SnapshotFile Read(AdditionalText file, AnalyzerConfigOptionsProvider options, CancellationToken cancellationToken)
    {
        AnalyzerConfigOptions item = options.GetOptions(file);
        string name = System.IO.Path.GetFileName(file.Path);
        string stem = CSharpNames.Identifier(name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name.Substring(0, name.Length - Extension.Length) : System.IO.Path.GetFileNameWithoutExtension(name));

        string? space = Value(item, Metadata + "GalaxySnapshotNamespace") ?? Value(options.GlobalOptions, "build_property.RootNamespace");
        string? root = Value(item, Metadata + "GalaxySnapshotRootType");
        return new SnapshotFile(file.Path, file.GetText(cancellationToken), space ?? stem, root ?? stem.TrimStart('@') + "Galaxy");
    }

    /// <summary>
    /// Two snapshots must not emit into one namespace, as both would have a class for the same base templates: all but the first are marked, and say so instead.
    /// The namespace of a snapshot's own objects counts too.
    /// </summary>
    public static IEnumerable<SnapshotFile> WithRivals(ImmutableArray<SnapshotFile> files)
    {
        var taken = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (SnapshotFile file in files)
        {
            string objects = file.Namespace + ".Objects";
            if (taken.TryGetValue(file.Namespace, out string? rival) || taken.TryGetValue(objects, out rival))
            {
                yield return file with { Rival = rival };
                continue;
            }

            taken[file.Namespace] = taken[objects] = file.FileName;
            yield return file;
        }
    }

    public bool Equals(SnapshotFile? other) =>
        other is not null && Path == other.Path && Namespace == other.Namespace && RootType == other.RootType && Rival == other.Rival
        && (ReferenceEquals(Text, other.Text) || (Text is not null && other.Text is not null && Text.ContentEquals(other.Text)));

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Path);

    private static string? Value(AnalyzerConfigOptions options, string key) =>
        options.TryGetValue(key, out string? value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
