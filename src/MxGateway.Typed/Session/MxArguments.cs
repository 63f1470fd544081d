using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MxGateway.Typed;

/// <summary>Text that must be given.</summary>
internal static class MxArguments
{
    /// <summary>Throws where the text is null, empty or blank.</summary>
    /// <param name="value">The text.</param>
    /// <param name="message">What is missing, and what to give.</param>
    /// <param name="name">The parameter's name.</param>
    public static void ThrowIfBlank([NotNull] string? value, string message, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (string.IsNullOrWhiteSpace(value))
            throw new ArgumentException(message, name);
    }
}
