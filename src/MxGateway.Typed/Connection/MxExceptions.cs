namespace MxGateway.Typed;

/// <summary>Something that went wrong between the application and the plant. The message says what, for which tag, and what to do.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public abstract class MxGatewayException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>There is no connection: the gateway cannot be reached, refused the key, or went away.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public sealed class MxConnectionException(string message, Exception? inner = null) : MxGatewayException(message, inner);

/// <summary>The gateway does not accept the API key, or the key lacks a scope.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public sealed class MxAuthorizationException(string message, Exception? inner = null) : MxGatewayException(message, inner);

/// <summary>The gateway answered a command with a fault of its own, not of MXAccess.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public sealed class MxProtocolException(string message, Exception? inner = null) : MxGatewayException(message, inner)
{
    internal Contracts.Proto.ProtocolStatusCode Code { get; init; }
}

/// <summary>MXAccess rejected a command.</summary>
public sealed class MxAccessException : MxGatewayException
{
    internal MxAccessException(string message, int? hresult, IReadOnlyList<MxStatus> statuses)
        : base(message)
    {
        if (hresult is { } value)
            HResult = value;
        Statuses = statuses;
    }

    /// <summary>What MXAccess said.</summary>
    public IReadOnlyList<MxStatus> Statuses { get; }
}

/// <summary>A write was not carried out: MXAccess refused it, or it was never sent. The value did not change by it.</summary>
public sealed class MxWriteRejectedException : MxGatewayException
{
    internal MxWriteRejectedException(string message, int? hresult, IReadOnlyList<MxStatus> statuses, Exception? inner = null)
        : base(message, inner)
    {
        if (hresult is { } value)
            HResult = value;
        Statuses = statuses;
    }

    /// <summary>What MXAccess said; empty where it was not asked.</summary>
    public IReadOnlyList<MxStatus> Statuses { get; }
}

/// <summary>Whether a write took effect is not known. Read the tag before writing again.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public sealed class MxWriteUnknownException(string message, Exception? inner = null) : MxGatewayException(message, inner)
{
    /// <summary>What MXAccess said, where it said something that decides nothing; empty otherwise.</summary>
    public IReadOnlyList<MxStatus> Statuses { get; internal init; } = [];
}

/// <summary>
/// A write was not sent, because a newer one of the same tag came while it still waited, and its <see cref="MxWriteOptions.Coalesce"/> allows that.
/// The value did not change by it.
/// </summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public sealed class MxWriteSupersededException(string message, Exception? inner = null) : MxGatewayException(message, inner);

/// <summary>The Galaxy was deployed anew while its hierarchy was read page by page: what was read is of two Galaxies. Start again.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public sealed class MxStaleHierarchyException(string message, Exception? inner = null) : MxGatewayException(message, inner);
