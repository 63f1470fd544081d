namespace MxGateway.Typed;

/// <summary>The Galaxy's data types; the numbers are the Galaxy's own (mx_data_type).</summary>
public enum MxDataType
{
    /// <summary>Not known.</summary>
    Unknown = -1,

    /// <summary>No data.</summary>
    NoData = 0,

    /// <summary><see cref="bool"/>.</summary>
    Boolean = 1,

    /// <summary><see cref="int"/>.</summary>
    Integer = 2,

    /// <summary><see cref="float"/>.</summary>
    Float = 3,

    /// <summary><see cref="double"/>.</summary>
    Double = 4,

    /// <summary><see cref="string"/>.</summary>
    String = 5,

    /// <summary><see cref="DateTimeOffset"/>, UTC.</summary>
    Time = 6,

    /// <summary><see cref="TimeSpan"/>.</summary>
    ElapsedTime = 7,

    /// <summary><see cref="string"/>: the name of the target.</summary>
    ReferenceType = 8,

    /// <summary><see cref="MxStatusCategory"/>.</summary>
    StatusType = 9,

    /// <summary><see cref="MxDataType"/>.</summary>
    DataTypeEnum = 10,

    /// <summary><see cref="MxSecurityClassification"/>.</summary>
    SecurityClassificationEnum = 11,

    /// <summary><see cref="MxQuality"/>.</summary>
    DataQualityType = 12,

    /// <summary><see cref="MxQualifiedEnum"/>.</summary>
    QualifiedEnum = 13,

    /// <summary>Raw bytes, <see cref="ReadOnlyMemory{T}"/> of <see cref="byte"/>.</summary>
    QualifiedStruct = 14,

    /// <summary><see cref="string"/>.</summary>
    InternationalizedString = 15,

    /// <summary><see cref="string"/>.</summary>
    BigString = 16,
}

/// <summary>What it takes to write an attribute; the numbers are the Galaxy's own (security_classification).</summary>
public enum MxSecurityClassification
{
    /// <summary>Anyone may write.</summary>
    FreeAccess = 0,

    /// <summary>Operate permission on the object's security group.</summary>
    Operate = 1,

    /// <summary>The operator signs each write.</summary>
    SecuredWrite = 2,

    /// <summary>The operator signs each write, and a second, different user verifies it.</summary>
    VerifiedWrite = 3,

    /// <summary>Tune permission.</summary>
    Tune = 4,

    /// <summary>Configure permission.</summary>
    Configure = 5,

    /// <summary>No user writes it.</summary>
    ViewOnly = 6,
}
