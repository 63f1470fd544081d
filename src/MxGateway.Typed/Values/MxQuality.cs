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

    /// <summary>
    /// What more is known than good, uncertain or bad: the code without its limit bits. A code that OPC DA does not define is the enum's number without a name.
    /// </summary>
    public MxQualitySubStatus SubStatus => (MxQualitySubStatus)(Code & 0xFC);

    /// <summary>Whether the value stands at a limit.</summary>
    public MxQualityLimit Limit => (MxQualityLimit)(Code & 0x03);

    /// <summary>Such as <c>good</c>, <c>bad (not connected)</c>, <c>uncertain (sensor not accurate), low limit</c>.</summary>
    public override string ToString()
    {
        string text = SubStatus switch
        {
            MxQualitySubStatus.Bad => "bad",
            MxQualitySubStatus.ConfigurationError => "bad (configuration error)",
            MxQualitySubStatus.NotConnected => "bad (not connected)",
            MxQualitySubStatus.DeviceFailure => "bad (device failure)",
            MxQualitySubStatus.SensorFailure => "bad (sensor failure)",
            MxQualitySubStatus.LastKnownValue => "bad (last known value)",
            MxQualitySubStatus.CommunicationFailure => "bad (communication failure)",
            MxQualitySubStatus.OutOfService => "bad (out of service)",
            MxQualitySubStatus.WaitingForInitialData => "bad (waiting for initial data)",
            MxQualitySubStatus.Uncertain => "uncertain",
            MxQualitySubStatus.LastUsableValue => "uncertain (last usable value)",
            MxQualitySubStatus.SensorNotAccurate => "uncertain (sensor not accurate)",
            MxQualitySubStatus.EngineeringUnitsExceeded => "uncertain (engineering units exceeded)",
            MxQualitySubStatus.SubNormal => "uncertain (sub-normal)",
            MxQualitySubStatus.Good => "good",
            MxQualitySubStatus.LocalOverride => "good (local override)",
            MxQualitySubStatus other => string.Create(CultureInfo.InvariantCulture, $"{(IsGood ? "good" : IsUncertain ? "uncertain" : "bad")} ({(int)other})"),
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

/// <summary>The sub-status of a quality: the numbers are OPC DA's codes without the limit bits.</summary>
public enum MxQualitySubStatus
{
    /// <summary>Bad, and no more is known.</summary>
    Bad = 0,

    /// <summary>Bad: a wrong reference, or a wrong configuration.</summary>
    ConfigurationError = 4,

    /// <summary>Bad: the source is not connected.</summary>
    NotConnected = 8,

    /// <summary>Bad: the device failed.</summary>
    DeviceFailure = 12,

    /// <summary>Bad: the sensor failed.</summary>
    SensorFailure = 16,

    /// <summary>Bad: communication failed; this is the last value that was known.</summary>
    LastKnownValue = 20,

    /// <summary>Bad: communication failed, and no value is known.</summary>
    CommunicationFailure = 24,

    /// <summary>Bad: out of service, or off scan.</summary>
    OutOfService = 28,

    /// <summary>Bad: nothing has come yet.</summary>
    WaitingForInitialData = 32,

    /// <summary>Uncertain, and no more is known.</summary>
    Uncertain = 64,

    /// <summary>Uncertain: the source has stopped giving values; this is the last one.</summary>
    LastUsableValue = 68,

    /// <summary>Uncertain: at a limit of the sensor, or out of calibration.</summary>
    SensorNotAccurate = 80,

    /// <summary>Uncertain: outside the limits that are configured for it.</summary>
    EngineeringUnitsExceeded = 84,

    /// <summary>Uncertain: fewer good sources than are needed.</summary>
    SubNormal = 88,

    /// <summary>Good, and no more is known.</summary>
    Good = 192,

    /// <summary>Good: given by hand.</summary>
    LocalOverride = 216,
}
