namespace MxGateway.Typed.Snapshot.Naming;

/// <summary>The rules by which the Galaxy's names become C# identifiers.</summary>
public static class CSharpNames
{
    /// <summary>
    /// The identifier for one name: a valid identifier stays as it is; characters that C# does not take become <c>_</c>, a leading digit gets one in front, a keyword an <c>@</c>.
    /// A template's leading <c>$</c> is dropped. An empty name becomes <c>_</c>.
    /// </summary>
    /// <param name="name">The Galaxy's name.</param>
    public static string Identifier(string name) => throw new NotImplementedException(name);
}
