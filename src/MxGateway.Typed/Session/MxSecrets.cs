using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// Keeps what a command holds in confidence (a password, a user's GUID) out of what is said of its failure, where a gateway repeats it.
/// A text that repeats it is left out as a whole: what is blotted out letter by letter can be guessed.
/// </summary>
internal static class MxSecrets
{
    private const string NotShown = "(not shown: the gateway's words repeat what is secret)";

    /// <summary>What the command holds in confidence; none for most.</summary>
    public static string[] Of(Proto.MxCommand? command) => command?.PayloadCase switch
    {
        Proto.MxCommand.PayloadOneofCase.AuthenticateUser when command.AuthenticateUser.Password.Length > 0 => [command.AuthenticateUser.Password],
        Proto.MxCommand.PayloadOneofCase.ArchestraUserToId when Guid.TryParse(command.ArchestraUserToId.UserGuid, out Guid guid) => [$"{guid:D}", $"{guid:N}"],
        _ => [],
    };

    /// <summary>The reply without the texts that repeat a secret.</summary>
    public static void RemoveFrom(Proto.MxCommandReply reply, string[] secrets)
    {
        if (secrets.Length == 0)
            return;
        if (reply.ProtocolStatus is { } protocol)
            protocol.Message = Without(protocol.Message, secrets);
        reply.DiagnosticMessage = Without(reply.DiagnosticMessage, secrets);
        foreach (Proto.MxStatusProxy status in reply.Statuses)
            status.DiagnosticText = Without(status.DiagnosticText, secrets);
    }

    /// <summary>The failure without the texts that repeat a secret. Of its trailers, which may repeat it encoded, the status is left.</summary>
    public static GrpcException Without(GrpcException failure, string[] secrets) => secrets.Length == 0
        ? failure
        : new GrpcException(
            failure.Method,
            failure.Status with { Detail = Without(failure.Status.Detail, secrets) },
            GrpcMetadata.From(failure.Trailers.Where(entry => entry.Key == GrpcHeaders.Status)),
            failure.InnerException);

    private static string Without(string text, string[] secrets) => Array.Exists(secrets, secret => Has(text, secret)) ? NotShown : text;

    private static bool Has(string text, string secret) => text.Contains(secret, StringComparison.OrdinalIgnoreCase);
}
