using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace MxGateway.Typed.Generators.Diagnostics;

/// <summary>
/// Where the diagnostics' pages are: in the package, as a plant has no web. The build files say the folder, as a URI; it is null where they do not.
/// </summary>
internal static class DiagnosticPages
{
    public static string? Folder(AnalyzerConfigOptions options) =>
        options.TryGetValue("build_property.MxGatewayDiagnosticPages", out string? folder) && folder.Length > 0 ? folder : null;

    /// <summary>The descriptor with a link to its page.</summary>
    public static DiagnosticDescriptor Linked(DiagnosticDescriptor descriptor, string? folder) =>
        folder is null || !Uri.TryCreate($"{folder.TrimEnd('/')}/{descriptor.Id}.md", UriKind.Absolute, out Uri? page)
            ? descriptor
            : new(descriptor.Id, descriptor.Title, descriptor.MessageFormat, descriptor.Category,
                  descriptor.DefaultSeverity, descriptor.IsEnabledByDefault, helpLinkUri: page.AbsoluteUri);
}
