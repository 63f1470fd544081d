using System.Text.RegularExpressions;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>The conditions that DiscoverHierarchy and BrowseChildren share; an object must meet all of them.</summary>
/// <param name="CategoryIds">Any of these categories; none for all.</param>
/// <param name="TemplateTerms">Part of a template's name anywhere in the chain, any of them, ignoring case; none for all.</param>
/// <param name="TagNameGlob">A glob over the whole tagname, ignoring case; empty for all.</param>
/// <param name="AlarmBearingOnly">Only objects with an alarmed attribute.</param>
/// <param name="HistorizedOnly">Only objects with a historized attribute.</param>
internal sealed record HierarchyFilter(IReadOnlyList<int> CategoryIds, IReadOnlyList<string> TemplateTerms, string TagNameGlob, bool AlarmBearingOnly, bool HistorizedOnly)
{
    // MXAccess: an instance's name has 128 characters at most.
    private const int MaxGlobLength = 256;

    private readonly Regex? _glob = TagNameGlob.Length == 0 ? null : Compile(TagNameGlob);

    public bool IsEmpty => CategoryIds.Count == 0 && TemplateTerms.Count == 0 && _glob is null && !AlarmBearingOnly && !HistorizedOnly;

    public bool Matches(RepositoryObject o) =>
        (CategoryIds.Count == 0 || CategoryIds.Contains(o.CategoryId))
        && (TemplateTerms.Count == 0 || TemplateTerms.Any(term => o.TemplateChain.Any(template => template.Contains(term, StringComparison.OrdinalIgnoreCase))))
        && _glob?.IsMatch(o.TagName) is not false
        && (!AlarmBearingOnly || o.Attributes.Any(attribute => attribute.IsAlarm))
        && (!HistorizedOnly || o.Attributes.Any(attribute => attribute.IsHistorized));

    // NonBacktracking: a hostile glob costs no more than its length.
    private static Regex Compile(string glob) => glob.Length > MaxGlobLength
        ? throw GrpcFault.Invalid($"tag_name_glob has {glob.Length} characters; {MaxGlobLength} are the limit")
        : new Regex($@"\A{Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}\z",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline);
}
