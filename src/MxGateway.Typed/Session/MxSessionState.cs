namespace MxGateway.Typed;

/// <summary>Where a session stands on the gateway.</summary>
public enum MxSessionState
{
    /// <summary>The gateway does not say.</summary>
    Unknown,

    /// <summary>Its worker is being started.</summary>
    Creating,

    /// <summary>It takes commands.</summary>
    Ready,

    /// <summary>It is being closed.</summary>
    Closing,

    /// <summary>It is closed; its handles are gone.</summary>
    Closed,

    /// <summary>Its worker failed.</summary>
    Faulted,
}
