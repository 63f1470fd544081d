using System.Globalization;
using System.Text;

namespace MxGateway.Typed.Snapshot.Naming;

/// <summary>The rules by which the Galaxy's names become C# identifiers.</summary>
public static class CSharpNames
{
    // The reserved words, and after them those of C#'s contextual keywords that no type may be called by, or only with a warning.
    // The remaining contextual keywords (value, get, when ...) are legal names and stay.
    private static readonly HashSet<string> s_keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do", "double", "else",
        "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock",
        "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short",
        "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual",
        "void", "volatile", "while", "__arglist", "__makeref", "__reftype", "__refvalue",
        "allows", "await", "dynamic", "extension", "field", "file", "nameof", "nint", "notnull", "nuint", "partial", "record", "required", "scoped", "unmanaged", "var", "where", "yield",
    };

    /// <summary>
    /// The identifier for one name: a valid identifier stays as it is; characters that C# does not take become <c>_</c>, a leading digit gets one in front, a keyword an <c>@</c>.
    /// A name that begins with <c>get_</c> or <c>set_</c> gets a <c>_</c> in front: C# has methods of such names behind each property. A template's leading <c>$</c> is dropped. An empty name becomes <c>_</c>.
    /// </summary>
    /// <param name="name">The Galaxy's name.</param>
    public static string Identifier(string name)
    {
        int start = name.Length > 0 && name[0] == '$' ? 1 : 0;
        var identifier = new StringBuilder(name.Length + 1);
        for (int i = start; i < name.Length; i++)
            identifier.Append(IsPart(name[i]) ? name[i] : '_');
        if (identifier.Length == 0 || !IsStart(identifier[0]))
            identifier.Insert(0, '_');
        string text = identifier.ToString();
        if (text.StartsWith("get_", StringComparison.Ordinal) || text.StartsWith("set_", StringComparison.Ordinal))
            return "_" + text;
        return s_keywords.Contains(text) ? "@" + text : text;
    }

    private static bool IsStart(char unit) => unit == '_' || CharUnicodeInfo.GetUnicodeCategory(unit)
        is UnicodeCategory.UppercaseLetter
        or UnicodeCategory.LowercaseLetter
        or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter
        or UnicodeCategory.LetterNumber;

    // C# also takes format characters, but overlooks them when it compares names: here they become _ as well.
    private static bool IsPart(char unit) => IsStart(unit) || CharUnicodeInfo.GetUnicodeCategory(unit)
        is UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.ConnectorPunctuation
        or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark;
}
