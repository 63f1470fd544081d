using System.Globalization;

namespace MxGateway.Typed;

/// <summary>
/// The quality of a value: OPC DA's 16 bits, whose low byte is <c>QQSSSSLL</c> (major quality, sub-status, limits).
/// </summary>
/// <param name="Code">The code as MXAccess gives it, such as 192 for good.</param>
public readonly record struct MxQuality(ushort Code)
{
    /// <summary>Good, non-specific (192).</summary>
    public static MxQuality Good => new(192);

    /// <summary>Bad, configuration error (4): a wrong reference, or a value of another type than the snapshot says.</summary>
    public static MxQuality BadConfigurationError => new(4);

    /// <summary>Bad, not connected (8): what every last value becomes when the connection is lost.</summary>
    public static MxQuality BadNotConnected => new(8);

    /// <summary>Bad, waiting for initial data (32): nothing has come yet.</summary>
    public static MxQuality BadWaitingForInitialData => new(32);

    /// <summary>Whether the value can be relied on: the major quality is good.</summary>
    public bool IsGood => (Code & 0xC0) == 0xC0;

    /// <summary>Whether the major quality is uncertain.</summary>
    public bool IsUncertain => (Code & 0xC0) == 0x40;

    /// <summary>Whether the major quality is bad. The major quality that OPC does not define (128) counts as bad.</summary>
    public bool IsBad => !IsGood && !IsUncertain;

    /// <summary>Whether the value stands at a limit.</summary>
    public MxQualityLimit Limit => (MxQualityLimit)(Code & 0x03);

    /// <summary>Such as <c>good</c>, <c>bad (not connected)</c>, <c>uncertain (sensor not accurate), low limit</c>.</summary>
    public override string ToString()
    {
        string text = (Code & 0xFC) switch
        {
            0 => "bad",
            4 => "bad (configuration error)",
            8 => "bad (not connected)",
            12 => "bad (device failure)",
            16 => "bad (sensor failure)",
            20 => "bad (last known value)",
            24 => "bad (communication failure)",
            28 => "bad (out of service)",
            32 => "bad (waiting for initial data)",
            64 => "uncertain",
            68 => "uncertain (last usable value)",
            80 => "uncertain (sensor not accurate)",
            84 => "uncertain (engineering units exceeded)",
            88 => "uncertain (sub-normal)",
            192 => "good",
            216 => "good (local override)",
            int code => string.Create(CultureInfo.InvariantCulture, $"{(IsGood ? "good" : IsUncertain ? "uncertain" : "bad")} ({code})"),
        };
        return Limit switch
        {
            MxQualityLimit.Low => text + ", low limit",
            MxQualityLimit.High => text + ", high limit",
            MxQualityLimit.Constant => text + ", constant",
            _ => text,
        };
    }
}

/// <summary>Whether a value stands at a limit: the lowest two bits of the quality.</summary>
public enum MxQualityLimit
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>It is pegged at its low limit.</summary>
    Low = 1,

    /// <summary>It is pegged at its high limit.</summary>
    High = 2,

    /// <summary>It cannot move.</summary>
    Constant = 3,
}
