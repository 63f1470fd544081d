using System.Text.RegularExpressions;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>The conditions that DiscoverHierarchy and BrowseChildren share; an object must meet all of them.</summary>
internal sealed class HierarchyFilter
{
    // MXAccess: an instance's name has 128 characters at most.
    private const int MaxGlobLength = 256;

    // A filter is held against every object of the Galaxy: what a caller may ask for at a time has a limit.
    private const int MaxTerms = 100;

    private readonly IReadOnlyList<int> _categoryIds;
    private readonly IReadOnlyList<string> _templateTerms;
    private readonly Regex? _glob;
    private readonly bool _alarmBearingOnly;
    private readonly bool _historizedOnly;
    private readonly StringComparison _templateCase;

    /// <param name="categoryIds">Any of these categories; none for all.</param>
    /// <param name="templateTerms">Part of a template's name anywhere in the chain, any of them, ignoring case; none for all.</param>
    /// <param name="tagNameGlob">A glob over the whole tagname, ignoring case; empty for all.</param>
    /// <param name="alarmBearingOnly">Only objects with an alarmed attribute.</param>
    /// <param name="historizedOnly">Only objects with a historized attribute.</param>
    /// <param name="rules">The rules that it keeps.</param>
    public HierarchyFilter(
        IReadOnlyList<int> categoryIds, IReadOnlyList<string> templateTerms, string tagNameGlob, bool alarmBearingOnly, bool historizedOnly, GatewayRules rules)
    {
        if (categoryIds.Count > MaxTerms || templateTerms.Count > MaxTerms)
        {
            throw GrpcFault.Invalid(
                $"category_ids has {categoryIds.Count} entries and template_chain_contains {templateTerms.Count}; {MaxTerms} each are the limit");
        }

        if (tagNameGlob.Length > MaxGlobLength)
            throw GrpcFault.Invalid($"tag_name_glob has {tagNameGlob.Length} characters; {MaxGlobLength} are the limit");

        _categoryIds = rules.Hold(GatewayRule.CategoryFilter) ? categoryIds : [.. categoryIds.Take(1)];
        _templateTerms = templateTerms;
        _templateCase = rules.Hold(GatewayRule.TemplateFilter) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _glob = tagNameGlob.Length == 0 ? null : Compile(tagNameGlob, isAnchored: rules.Hold(GatewayRule.TagNameGlob));
        _alarmBearingOnly = alarmBearingOnly && rules.Hold(GatewayRule.AlarmFilter);
        _historizedOnly = historizedOnly && rules.Hold(GatewayRule.HistorizedFilter);
    }

    public bool IsEmpty => _categoryIds.Count == 0 && _templateTerms.Count == 0 && _glob is null && !_alarmBearingOnly && !_historizedOnly;

    public bool Matches(RepositoryObject o) =>
        (_categoryIds.Count == 0 || _categoryIds.Contains(o.CategoryId))
        && (_templateTerms.Count == 0 || _templateTerms.Any(term => o.TemplateChain.Any(template => template.Contains(term, _templateCase))))
        && _glob?.IsMatch(o.TagName) is not false
        && (!_alarmBearingOnly || o.Attributes.Any(attribute => attribute.IsAlarm))
        && (!_historizedOnly || o.Attributes.Any(attribute => attribute.IsHistorized));

    // NonBacktracking: a hostile glob costs no more than its length.
    private static Regex Compile(string glob, bool isAnchored)
    {
        string pattern = Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal);
        return new Regex(
            isAnchored ? $@"\A{pattern}\z" : pattern,
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline);
    }
}
