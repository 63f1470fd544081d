using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>docs/session.md, held against the code.</summary>
public sealed partial class SessionDocumentationTests
{
    private const string Usings = """
        using System; using System.Collections.Generic; using System.Linq; using System.Threading; using System.Threading.Tasks;
        using MxGateway.Contracts.Proto; using MxGateway.Typed;
        """;

    private static readonly string s_page = File.ReadAllText(RepositoryRoot.PathTo("docs", "session.md"));

    [Fact]
    public void The_code_on_the_page_compiles_without_a_warning()
    {
        string code = Usings + "\n" + string.Join("\n", Block().Matches(s_page).Select(match => match.Groups[1].Value));
        string[] assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "DocumentedSession",
            [CSharpSyntaxTree.ParseText(code)],
            assemblies.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Contains("MxCommandKind.Ping", code);
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
    }

    [Fact]
    public void Each_method_and_each_event_is_named()
    {
        IEnumerable<string> methods = new[] { typeof(MxSession), typeof(MxGatewayClient) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name != "DisposeAsync").Select(method => method.Name);
        IEnumerable<string> events = typeof(MxSessionEvent).Assembly.ExportedTypes.Where(type => type.BaseType == typeof(MxSessionEvent)).Select(type => type.Name);
        Assert.All([.. methods, .. events], name => Assert.Contains($"`{name}", s_page));
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
