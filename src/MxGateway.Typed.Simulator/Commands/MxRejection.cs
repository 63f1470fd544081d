using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>A command, or one row of a bulk command, that MXAccess rejects.</summary>
/// <param name="HResult">What the COM call would return.</param>
/// <param name="Category">The status' category.</param>
/// <param name="Message">What was wrong.</param>
internal sealed record MxRejection(int HResult, MxStatusCategory Category, string Message)
{
    private const int AccessDenied = unchecked((int)0x80070005);
    private const int InvalidArgument = unchecked((int)0x80070057);
    private const int LogonFailure = unchecked((int)0x8007052E);
    private const int Failure = unchecked((int)0x80004005);
    private const int OutOfMemory = unchecked((int)0x8007000E);

    public static MxRejection Argument(string message) => new(InvalidArgument, MxStatusCategory.SoftwareError, message);

    /// <summary>Where a wrong reference is told at once: there is nothing that could be advised.</summary>
    public static MxRejection WrongReference(string reference) =>
        new(InvalidArgument, MxStatusCategory.ConfigurationError, $"the Galaxy has no attribute \"{reference}\"");

    /// <summary>What ought to have a value has none.</summary>
    public static MxRejection Silent(string message) => new(Failure, MxStatusCategory.CommunicationError, message);

    /// <summary>A row that a test wants to fail.</summary>
    public static MxRejection OnCommand(string message) => new(Failure, MxStatusCategory.OperationalError, message);

    public static MxRejection Logon(string message) => new(LogonFailure, MxStatusCategory.SecurityError, message);

    public static MxRejection Full(string message) => new(OutOfMemory, MxStatusCategory.OperationalError, message);

    /// <summary>The gateway, not MXAccess, refuses the tag to the caller's key: by itself that fails the call, in a bulk command its row.</summary>
    public static MxRejection Denied(string message) => new(AccessDenied, MxStatusCategory.SecurityError, message) { IsDenied = true };

    public bool IsDenied { get; private init; }

    public MxStatusProxy Status => Statuses.Failed(Category, 0, Message);
}
