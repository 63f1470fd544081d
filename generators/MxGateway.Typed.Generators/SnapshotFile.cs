using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Generators.Model;
using MxGateway.Typed.Snapshot.Naming;
using MxGateway.Typed.Snapshot.Planning;

namespace MxGateway.Typed.Generators;

/// <summary>A <c>GalaxySnapshot</c> item of the project: the file and what the item says. Equal when both are. docs/configuration.md has the item.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Text">The file's text; null where it cannot be read.</param>
/// <param name="Namespace">The namespace that the types go to, as the item or the project says.</param>
/// <param name="RootType">The plant's class, as the item or the file's name says.</param>
/// <param name="Filter">The terms that select objects, as the item says; empty for all.</param>
/// <param name="Visibility"><c>public</c> or <c>internal</c>, or what else the item says.</param>
/// <param name="Undecoded">What the build handed over instead of the item's metadata, where it makes no sense; null where it does.</param>
/// <param name="Rival">The file name of another snapshot whose types would go to the same place; null for none.</param>
/// <param name="Inner">The namespaces of other snapshots that are below this one's, without its name in front: no type here may be called like one.</param>
internal sealed record SnapshotFile(
    string Path,
    SourceText? Text,
    string Namespace,
    string RootType,
    string Filter = "",
    string Visibility = "public",
    string? Undecoded = null,
    string? Rival = null,
    EquatableArray<string> Inner = default)
{
    // What MxGateway.Typed.targets makes of the items of a file: the values of each in base64, as the file that they come through knows comments.
    // Empty for any other file.
    private const string Items = "build_metadata.AdditionalFiles.GalaxySnapshot";
    private const string Extension = ".galaxy.json";

    private static readonly Encoding s_strictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>The file's name, for headers and messages.</summary>
    public string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>The items of a file: none where the file is no snapshot, several where the project has as many for it.</summary>
    public static IEnumerable<SnapshotFile> Read(AdditionalText file, AnalyzerConfigOptionsProvider options, CancellationToken cancellationToken)
    {
        if (!options.GetOptions(file).TryGetValue(Items, out string? items) || items.Length == 0)
            yield break;
        SourceText? text = file.GetText(cancellationToken);
        options.GlobalOptions.TryGetValue("build_property.RootNamespace", out string? rootNamespace);
        foreach (string item in items.Split(','))
            yield return Read(file.Path, text, item, rootNamespace ?? "");
    }

    /// <summary>
    /// Two snapshots must not emit into one namespace, as both would have a class for the same base templates: all but the first are marked, and say so instead.
    /// The namespace of a snapshot's own objects counts too. And each is told of the namespaces below its own.
    /// </summary>
    public static IEnumerable<SnapshotFile> BesideEachOther(ImmutableArray<SnapshotFile> files)
    {
        var taken = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (SnapshotFile file in files)
        {
            if (file.Undecoded is not null)
            {
                yield return file; // what the item says is not known, so it takes nothing
                continue;
            }

            string objects = $"{file.Namespace}.{ReservedNames.ObjectsNamespace}";
            if (taken.TryGetValue(file.Namespace, out string? rival) || taken.TryGetValue(objects, out rival))
            {
                yield return file with { Rival = rival };
                continue;
            }

            taken[file.Namespace] = taken[objects] = file.FileName;
            yield return file with { Inner = InnerOf(file, files) };
        }
    }

    public bool Equals(SnapshotFile? other) =>
        other is not null && Path == other.Path && Namespace == other.Namespace && RootType == other.RootType && Filter == other.Filter
        && Visibility == other.Visibility && Undecoded == other.Undecoded && Rival == other.Rival && Inner.Equals(other.Inner)
        && (ReferenceEquals(Text, other.Text) || (Text is not null && other.Text is not null && Text.ContentEquals(other.Text)));

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Path);

    private static EquatableArray<string> InnerOf(SnapshotFile file, ImmutableArray<SnapshotFile> files)
    {
        string outer = file.Namespace + ".";
        return files.Where(other => other.Undecoded is null && other.Namespace.StartsWith(outer, StringComparison.Ordinal))
            .Select(other => other.Namespace.Substring(outer.Length))
            .Distinct()
            .OrderBy(inner => inner, StringComparer.Ordinal)
            .ToEquatable();
    }

    private static SnapshotFile Read(string path, SourceText? text, string item, string rootNamespace)
    {
        string[]? values = Decode(item);
        (string space, string root, string filter, string visibility) = values is null ? ("", "", "", "") : (values[0], values[1], values[2], values[3]);

        string name = System.IO.Path.GetFileName(path);
        string stem = CSharpNames.Identifier(
            name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
                ? name.Substring(0, name.Length - Extension.Length)
                : System.IO.Path.GetFileNameWithoutExtension(name));
        if (space.Length == 0)
            space = rootNamespace.Trim().Length > 0 ? InCSharp(rootNamespace.Trim()) : stem;
        return new SnapshotFile(
            path,
            text,
            space,
            root.Length > 0 ? root : stem.TrimStart('@') + "Galaxy",
            filter,
            visibility.Length > 0 ? visibility.ToLowerInvariant() : "public",
            values is null ? item : null);
    }

    // A project that nobody gave a root namespace has its own name for one, whatever characters that has.
    private static string InCSharp(string rootNamespace) =>
        string.Join(".", rootNamespace.Split('.').Where(part => part.Length > 0).Select(CSharpNames.Identifier));

    // Namespace, root type, filter and visibility; null where that is not what there is.
    private static string[]? Decode(string item)
    {
        try
        {
            string[] values = [.. item.Split('.').Select(value => s_strictUtf8.GetString(Convert.FromBase64String(value)).Trim())];
            return values.Length == 4 ? values : null;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
