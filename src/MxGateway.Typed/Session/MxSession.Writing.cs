using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <content>
/// Writes, and the users who sign them. That one of these returns says that MXAccess took the write; how it ended comes by the event stream, as an
/// <see cref="MxWriteComplete"/> that names the item only, so have one write under way per item. MXAccess: a write goes to an item that has had its first data
/// change.
/// </content>
public sealed partial class MxSession
{
    /// <summary>Writes a value.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">An item that has had its first data change.</param>
    /// <param name="value">The value.</param>
    /// <param name="user">Who writes; nobody is enough where Galaxy security is off, or the item is advised as supervisory.</param>
    /// <param name="cancellationToken">Stops the wait; the value may be written all the same.</param>
    /// <exception cref="NotSupportedException">The value is null or raw bytes, which MXAccess does not take.</exception>
    public Task WriteAsync(int serverHandle, int itemHandle, MxVariant value, MxUserId user = default, CancellationToken cancellationToken = default) =>
        WriteItemAsync(MxWriteKind.Write, serverHandle, new(itemHandle, Value(value), user), cancellationToken);

    /// <summary>Writes a value with a time stamp of its own.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">An item that has had its first data change.</param>
    /// <param name="value">The value.</param>
    /// <param name="timestamp">When the value is of.</param>
    /// <param name="user">As of <see cref="WriteAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait; the value may be written all the same.</param>
    /// <exception cref="NotSupportedException">The value is null or raw bytes, which MXAccess does not take.</exception>
    public Task Write2Async(
        int serverHandle, int itemHandle, MxVariant value, DateTimeOffset timestamp, MxUserId user = default, CancellationToken cancellationToken = default) =>
        WriteItemAsync(MxWriteKind.Write2, serverHandle, new(itemHandle, Value(value), user, Timestamp: Value(timestamp)), cancellationToken);

    /// <summary>Writes a value that is signed. MXAccess: a secured write has the same user twice; a verified write needs two who are different.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">An item that has had its first data change.</param>
    /// <param name="currentUser">The operator.</param>
    /// <param name="verifier">Who verifies; the operator for a secured write.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Stops the wait; the value may be written all the same.</param>
    /// <exception cref="NotSupportedException">The value is null or raw bytes, which MXAccess does not take.</exception>
    public Task WriteSecuredAsync(
        int serverHandle, int itemHandle, MxUserId currentUser, MxUserId verifier, MxVariant value, CancellationToken cancellationToken = default) =>
        WriteItemAsync(MxWriteKind.WriteSecured, serverHandle, new(itemHandle, Value(value), currentUser, verifier), cancellationToken);

    /// <summary>Writes a value that is signed, with a time stamp of its own; otherwise as <see cref="WriteSecuredAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">An item that has had its first data change.</param>
    /// <param name="currentUser">The operator.</param>
    /// <param name="verifier">Who verifies; the operator for a secured write.</param>
    /// <param name="value">The value.</param>
    /// <param name="timestamp">When the value is of.</param>
    /// <param name="cancellationToken">Stops the wait; the value may be written all the same.</param>
    /// <exception cref="NotSupportedException">The value is null or raw bytes, which MXAccess does not take.</exception>
    public Task WriteSecured2Async(
        int serverHandle,
        int itemHandle,
        MxUserId currentUser,
        MxUserId verifier,
        MxVariant value,
        DateTimeOffset timestamp,
        CancellationToken cancellationToken = default) =>
        WriteItemAsync(MxWriteKind.WriteSecured2, serverHandle, new(itemHandle, Value(value), currentUser, verifier, Value(timestamp)), cancellationToken);

    /// <summary>Asks MXAccess who a user is. MXAccess: while Galaxy security is off, any credentials are taken.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="user">The user; the password goes to the gateway and nowhere else.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The user's id, for writes of this server handle.</returns>
    public async Task<MxUserId> AuthenticateUserAsync(int serverHandle, MxCredentials user, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        string what = $"authenticating {user.UserName}";
        Proto.MxCommandReply reply = await InvokeAsync(MxCommands.AuthenticateUser(serverHandle, user), what, cancellationToken).ConfigureAwait(false);
        return MxUserId.FromNumber((reply.AuthenticateUser ?? throw Without("user id", what, reply)).UserId);
    }

    /// <summary>Asks MXAccess for a user who is known by the Galaxy's own GUID.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="userGuid">The user's GUID in the Galaxy; it goes to the gateway and nowhere else.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The user's id, for writes of this server handle.</returns>
    public async Task<MxUserId> ArchestrAUserToIdAsync(int serverHandle, Guid userGuid, CancellationToken cancellationToken = default)
    {
        const string What = "asking for a user by the GUID";
        Proto.MxCommandReply reply = await InvokeAsync(MxCommands.ArchestrAUserToId(serverHandle, userGuid), What, cancellationToken).ConfigureAwait(false);
        return MxUserId.FromNumber((reply.ArchestraUserToId ?? throw Without("user id", What, reply)).UserId);
    }

    private Task WriteItemAsync(MxWriteKind kind, int serverHandle, MxWriteEntry write, CancellationToken cancellationToken)
    {
        string signed = kind is MxWriteKind.WriteSecured or MxWriteKind.WriteSecured2 ? ", signed" : "";
        return InvokeAsync(MxCommands.Write(kind, serverHandle, write), $"writing item handle {write.ItemHandle}{signed}", cancellationToken);
    }

    private static Proto.MxValue Value(in MxVariant value) => Wire.ToValue(value, value.DataType);
}
