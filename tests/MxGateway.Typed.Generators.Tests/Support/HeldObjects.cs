using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Whatever an object holds, by its fields and by what it enumerates, however deep.</summary>
internal static class HeldObjects
{
    public static HashSet<object> Of(object? value)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var toLookAt = new Stack<object?>([value]);
        while (toLookAt.TryPop(out object? next))
        {
            if (next is null or string or Type || next.GetType().IsPrimitive || next.GetType().IsPointer || !seen.Add(next) || IsOfTheCompiler(next))
                continue;
            if (next is IEnumerable items)
                foreach (object? item in items)
                    toLookAt.Push(item);
            for (Type? type = next.GetType(); type is not null; type = type.BaseType)
                foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                    if (!field.FieldType.IsPointer && !field.FieldType.IsByRefLike)
                        toLookAt.Push(field.GetValue(next));
        }

        return seen;
    }

    /// <summary>
    /// Whether it is something that keeps a compilation alive, or is none of a later step's business. By assignability:
    /// the compiler's own classes are internal and many.
    /// </summary>
    public static bool IsOfTheCompiler(object value) =>
        value is ISymbol or SyntaxNode or SyntaxTree or SyntaxReference or Compilation or SemanticModel or Location or Diagnostic or SourceText or AdditionalText;
}
