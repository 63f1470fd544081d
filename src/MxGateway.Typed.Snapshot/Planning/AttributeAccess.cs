namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>What the type of an attribute lets a user do with it.</summary>
internal enum AttributeAccess
{
    ReadOnly,
    Plain,
    Secured,
    Verified,
}

/// <summary>
/// The one table of who may write what: attribute category x security classification. The runtime has this file too, to verify a plant against the live Galaxy.
/// A category that a user cannot write, and any number that is not known, is read-only. Writeable_S is written by supervisory clients only, and so is read-only to users of this library.
/// </summary>
internal static partial class AccessTable
{
    public static AttributeAccess Of(int category, int security) => IsUserWriteable(category)
        ? security switch
        {
            0 or 1 or 4 or 5 => AttributeAccess.Plain,
            2 => AttributeAccess.Secured,
            3 => AttributeAccess.Verified,
            _ => AttributeAccess.ReadOnly,
        }
        : AttributeAccess.ReadOnly;

    public static AttributeAccess Of(int dataType, int category, int security) => HasWrittenForm(dataType) ? Of(category, security) : AttributeAccess.ReadOnly;

    public static bool IsUserWriteable(int category) => category is 4 or (>= 6 and <= 10);

    // Raw bytes and what is not known have no form in which they could be written.
    private static bool HasWrittenForm(int dataType) => dataType is >= 1 and <= 16 and not 14;
}
