namespace MxGateway.Typed;

/// <summary>Where a connection stands.</summary>
public enum MxConnectionState
{
    /// <summary>The connection was lost. Last values are bad (not connected); reads and writes fail at once. Make a new connection.</summary>
    Disconnected,

    /// <summary>The session is being opened.</summary>
    Connecting,

    /// <summary>
    /// For connections that are repaired: what was advised before is being brought back. This version does not repair a connection, and does not get here.
    /// </summary>
    Restoring,

    /// <summary>All is well.</summary>
    Open,

    /// <summary>The connection was disposed of.</summary>
    Closed,
}
