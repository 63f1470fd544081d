using MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>Something that went wrong between the application and the plant. The message says what, for which tag, and what to do.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public abstract class MxGatewayException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// What the gateway answered to the command that failed, of a bulk command with all its rows. Null where it did not answer, and then an inner
    /// exception is the call's own failure; and where an event tells of the failure, or nothing was sent.
    /// What is blotted out of the message, such as a password that the gateway repeats, is blotted out here as well.
    /// </summary>
    public MxCommandReply? RawReply { get; internal init; }

    /// <summary>
    /// Whether what failed was certainly not carried out: it was not sent, it was refused before the gateway's worker saw it, or MXAccess refused it.
    /// False where it may have been.
    /// </summary>
    public bool IsSurelyNotDone => NotDone ?? MxFailures.IsSurelyNotDone(this);

    /// <summary>Where whoever throws it knows more than the failure tells.</summary>
    internal bool? NotDone { get; init; }
}

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
    /// <summary>The kind of fault.</summary>
    public MxProtocolFault Fault => Code switch
    {
        ProtocolStatusCode.InvalidRequest => MxProtocolFault.InvalidRequest,
        ProtocolStatusCode.SessionNotReady => MxProtocolFault.SessionNotReady,
        ProtocolStatusCode.Timeout => MxProtocolFault.Timeout,
        ProtocolStatusCode.Canceled => MxProtocolFault.Canceled,
        ProtocolStatusCode.ProtocolViolation => MxProtocolFault.ProtocolViolation,
        _ => MxProtocolFault.Other,
    };

    internal ProtocolStatusCode Code { get; init; }
}

/// <summary>The gateway's own faults. A session that it lost is none of them: that is a <see cref="MxConnectionException"/>.</summary>
public enum MxProtocolFault
{
    /// <summary>The message says what; <see cref="Exception.InnerException"/> is the call's failure where the call itself failed.</summary>
    Other,

    /// <summary>The gateway cannot make sense of the request. Nothing was done.</summary>
    InvalidRequest,

    /// <summary>The session takes no commands in its present state. Nothing was done.</summary>
    SessionNotReady,

    /// <summary>The worker did not answer in time. The command may still be carried out.</summary>
    Timeout,

    /// <summary>The gateway gave the command up. It may have been carried out.</summary>
    Canceled,

    /// <summary>The gateway's parts do not understand each other.</summary>
    ProtocolViolation,
}

/// <summary>MXAccess rejected a command: it was not carried out, unless <see cref="Statuses"/> say that MXAccess itself does not know.</summary>
public sealed class MxAccessException : MxGatewayException
{
    internal MxAccessException(string message, int? hresult, IReadOnlyList<MxStatus> statuses)
        : base(message)
    {
        HResult = hresult ?? HResult;
        MxHResult = hresult;
        Statuses = statuses;
    }

    /// <summary>MXAccess's result code, negative for a failure; null where none came, and then <see cref="Exception.HResult"/> is .NET's own.</summary>
    public int? MxHResult { get; }

    /// <summary>What MXAccess said.</summary>
    public IReadOnlyList<MxStatus> Statuses { get; }
}

/// <summary>A write was not carried out: MXAccess refused it, or it was never sent. The value did not change by it.</summary>
public sealed class MxWriteRejectedException : MxGatewayException
{
    internal MxWriteRejectedException(string message, int? hresult, IReadOnlyList<MxStatus> statuses, Exception? inner = null)
        : base(message, inner)
    {
        HResult = hresult ?? HResult;
        MxHResult = hresult;
        Statuses = statuses;
    }

    /// <summary>MXAccess's result code, negative for a failure; null where none came, and then <see cref="Exception.HResult"/> is .NET's own.</summary>
    public int? MxHResult { get; }

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
