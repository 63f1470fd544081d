namespace MxGateway.Typed;

/// <summary>
/// What MXAccess says about a value or an operation (MXSTATUS_PROXY). It is judged by <see cref="Category"/>; the success field of MXAccess is usually -1 for success and says less.
/// </summary>
/// <param name="Category">The kind of outcome.</param>
/// <param name="DetectedBy">Which part of the system noticed.</param>
/// <param name="Detail">The detail code: 1003 is a bare reference to an array, 1012 a write that needs an operator, 1013 one that needs a verifier too.</param>
/// <param name="Text">The gateway's own words; empty when it has none.</param>
public readonly record struct MxStatus(MxStatusCategory Category, MxStatusSource DetectedBy, short Detail, string Text)
{
    /// <summary>All is well.</summary>
    public static MxStatus Ok => new(MxStatusCategory.Ok, MxStatusSource.Unknown, 0, "");

    /// <summary>Whether the category is Ok.</summary>
    public bool IsOk => Category == MxStatusCategory.Ok;

    /// <summary>Such as <c>SecurityError (1012): a secured write is needed</c>.</summary>
    public override string ToString()
    {
        string text = !string.IsNullOrEmpty(Text)
            ? Text
            : Detail switch
            {
                1003 => "the reference is to an array and lacks its []",
                1012 => "the attribute takes secured writes only: an operator must sign",
                1013 => "the attribute takes verified writes only: an operator must sign and another user must verify",
                _ => "",
            };
        return $"{Category}{(Detail == 0 ? "" : $" ({Detail})")}{(text.Length == 0 ? "" : ": " + text)}";
    }
}

/// <summary>The kinds of outcome; the numbers are MXAccess's own (MxStatusCategory).</summary>
public enum MxStatusCategory
{
    /// <summary>Not known.</summary>
    Unknown = -1,

    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>Not decided yet.</summary>
    Pending = 1,

    /// <summary>Success with a remark.</summary>
    Warning = 2,

    /// <summary>The object's engine or device does not answer.</summary>
    CommunicationError = 3,

    /// <summary>A wrong reference, or a wrong configuration.</summary>
    ConfigurationError = 4,

    /// <summary>The object refuses in its present state, or refuses the value.</summary>
    OperationalError = 5,

    /// <summary>The user may not.</summary>
    SecurityError = 6,

    /// <summary>A fault in the software.</summary>
    SoftwareError = 7,

    /// <summary>Something else.</summary>
    OtherError = 8,
}

/// <summary>Which part of the system noticed; the numbers are MXAccess's own (MxStatusSource).</summary>
public enum MxStatusSource
{
    /// <summary>Not known.</summary>
    Unknown = -1,

    /// <summary>The local message exchange of the one who asks.</summary>
    RequestingLmx = 0,

    /// <summary>The local message exchange of the one who answers.</summary>
    RespondingLmx = 1,

    /// <summary>The network message exchange of the one who asks.</summary>
    RequestingNmx = 2,

    /// <summary>The network message exchange of the one who answers.</summary>
    RespondingNmx = 3,

    /// <summary>The object that asks.</summary>
    RequestingAutomationObject = 4,

    /// <summary>The object that answers.</summary>
    RespondingAutomationObject = 5,
}
