namespace MxGateway.Typed;

/// <summary>Where a connection stands.</summary>
public enum MxConnectionState
{
    /// <summary>The connection was lost. Last values are bad (not connected); writes fail at once.</summary>
    Disconnected,

    /// <summary>The session is being opened.</summary>
    Connecting,

    /// <summary>The session is open, and what was advised before is being brought back.</summary>
    Restoring,

    /// <summary>All is well.</summary>
    Open,

    /// <summary>The connection was disposed of.</summary>
    Closed,
}
