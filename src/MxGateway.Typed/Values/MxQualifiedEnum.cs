using System.Globalization;

namespace MxGateway.Typed;

/// <summary>
/// The value of a QualifiedEnum attribute. MXAccess gives its text or its ordinal (sources disagree on which), so each is there when it came.
/// </summary>
/// <param name="Text">The text; null where only the ordinal came.</param>
/// <param name="Ordinal">The ordinal; null where only the text came.</param>
public readonly record struct MxQualifiedEnum(string? Text, int? Ordinal)
{
    /// <summary>A value named by its text.</summary>
    /// <param name="text">The text.</param>
    public MxQualifiedEnum(string text)
        : this(text, null)
    {
    }

    /// <summary>A value named by its ordinal.</summary>
    /// <param name="ordinal">The ordinal.</param>
    public MxQualifiedEnum(int ordinal)
        : this(null, ordinal)
    {
    }

    /// <summary>The text, else the ordinal.</summary>
    public override string ToString() => Text ?? Ordinal?.ToString(CultureInfo.InvariantCulture) ?? "";
}
