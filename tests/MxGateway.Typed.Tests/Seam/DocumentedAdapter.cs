using System.Reflection;
using System.Text.RegularExpressions;
using Grpc.Core;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>The adapter of docs/transport.md, compiled from the page as a user's project would compile it.</summary>
internal static partial class DocumentedAdapter
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly Lazy<Type> s_type = new(Compile);

    /// <summary>The adapter's code, as it stands on the page.</summary>
    public static string Code { get; } = Block().Match(File.ReadAllText(RepositoryRoot.PathTo("docs", "transport.md"))).Groups[1].Value;

    /// <summary>The adapter over an invoker.</summary>
    public static IGrpcTransport Over(CallInvoker invoker) => (IGrpcTransport)Activator.CreateInstance(s_type.Value, invoker)!;

    private static Type Compile()
    {
        string[] assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "DocumentedAdapter",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(Code)],
            assemblies.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Assert.Empty(result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString()));
        return Assembly.Load(assembly.ToArray()).ExportedTypes.Single(type => type.IsAssignableTo(typeof(IGrpcTransport)));
    }

    [GeneratedRegex("^```csharp\n(using System\\.Buffers;.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
