using System.Globalization;
using System.Text.RegularExpressions;
using MxGateway.Typed.Protocol.Grpc;
using Payload = MxGateway.Contracts.Proto.MxCommand.PayloadOneofCase;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// What a command holds in confidence (a password, a user's GUID or id), kept out of what is said of its failure, where a gateway repeats it.
/// A text that repeats it is left out as a whole: what is blotted out letter by letter can be guessed.
/// </summary>
internal sealed class MxSecrets
{
    private readonly string[] _words;
    private readonly int[] _userIds;

    private MxSecrets(string[] words, int[] userIds)
    {
        _words = words;
        _userIds = userIds;
    }

    private bool IsEmpty => _words.Length == 0 && _userIds.Length == 0;

    /// <summary>The secrets of a command; none for most.</summary>
    public static MxSecrets Of(Proto.MxCommand? command)
    {
        string[] words = command?.PayloadCase switch
        {
            Payload.AuthenticateUser when command.AuthenticateUser.Password.Length > 0 => [command.AuthenticateUser.Password],
            Payload.ArchestraUserToId when Guid.TryParse(command.ArchestraUserToId.UserGuid, out Guid guid) => [$"{guid:D}", $"{guid:N}"],
            _ => [],
        };
        IEnumerable<int> userIds = command?.PayloadCase switch
        {
            Payload.Write => [command.Write.UserId],
            Payload.Write2 => [command.Write2.UserId],
            Payload.WriteSecured => [command.WriteSecured.CurrentUserId, command.WriteSecured.VerifierUserId],
            Payload.WriteSecured2 => [command.WriteSecured2.CurrentUserId, command.WriteSecured2.VerifierUserId],
            Payload.WriteBulk => command.WriteBulk.Entries.Select(entry => entry.UserId),
            Payload.Write2Bulk => command.Write2Bulk.Entries.Select(entry => entry.UserId),
            Payload.WriteSecuredBulk => command.WriteSecuredBulk.Entries.SelectMany(entry => new[] { entry.CurrentUserId, entry.VerifierUserId }),
            Payload.WriteSecured2Bulk => command.WriteSecured2Bulk.Entries.SelectMany(entry => new[] { entry.CurrentUserId, entry.VerifierUserId }),
            _ => [],
        };
        return new MxSecrets(words, [.. userIds.Where(id => id != 0).Distinct()]);
    }

    /// <summary>The failure of a call without the texts that repeat a secret. Of its trailers, which may repeat it encoded, the status is left.</summary>
    public GrpcException Without(GrpcException failure) => IsEmpty
        ? failure
        : new GrpcException(
            failure.Method,
            failure.Status with { Detail = Without(failure.Status.Detail) },
            GrpcMetadata.From(failure.Trailers.Where(entry => entry.Key == GrpcHeaders.Status)),
            failure.InnerException is { } cause && IsIn($"{cause}") ? null : failure.InnerException);

    /// <summary>Takes the texts that repeat a secret out of an answer.</summary>
    public void RemoveFrom(Proto.MxCommandReply reply)
    {
        if (!IsEmpty)
            MxGatewayTexts.Replace(reply, Without);
    }

    private string Without(string text) => IsIn(text) ? MxGatewayTexts.NotShown : text;

    private bool IsIn(string text) => HasWord(text) || HasUserId(text);

    private bool HasWord(string text) => Array.Exists(_words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    // A small number means a user only where users are spoken of.
    private bool HasUserId(string text) => text.Contains("user", StringComparison.OrdinalIgnoreCase)
        && Array.Exists(_userIds, id => Regex.IsMatch(text, string.Create(CultureInfo.InvariantCulture, $@"(?<!\w){id}(?!\w)"), RegexOptions.CultureInvariant));
}
