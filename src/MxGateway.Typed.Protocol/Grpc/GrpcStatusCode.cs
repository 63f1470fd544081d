namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>The seventeen status codes of gRPC; the numbers are the protocol's own.</summary>
public enum GrpcStatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, by its caller or by the server.</summary>
    Cancelled = 1,

    /// <summary>The server failed without saying how, or answered with something that is not gRPC.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the server's state.</summary>
    InvalidArgument = 3,

    /// <summary>The caller's own deadline passed. The server's work may still be running.</summary>
    DeadlineExceeded = 4,

    /// <summary>What the request names does not exist. The gateway: an unknown or closed session, a missing root.</summary>
    NotFound = 5,

    /// <summary>What the request would create exists. The gateway: a second event stream of one session.</summary>
    AlreadyExists = 6,

    /// <summary>The API key is known but lacks the scope.</summary>
    PermissionDenied = 7,

    /// <summary>A limit is reached: sessions, pending commands, queued events, message size.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is not in the state that the call needs. The gateway: a session that is not ready.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation was aborted by a conflict.</summary>
    Aborted = 10,

    /// <summary>A value is past its valid range.</summary>
    OutOfRange = 11,

    /// <summary>The server does not know the service or method.</summary>
    Unimplemented = 12,

    /// <summary>The server broke one of its own rules, or the stream broke gRPC's.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached, or went away.</summary>
    Unavailable = 14,

    /// <summary>Data was lost.</summary>
    DataLoss = 15,

    /// <summary>The API key is missing or wrong.</summary>
    Unauthenticated = 16,
}
