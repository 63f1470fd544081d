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
    public Task WriteAsync(int serverHandle, int itemHandle, MxVariant value, MxUserId user = default, CancellationToken cancellationToken = default)
    {
        var write = new Proto.WriteCommand { ServerHandle = serverHandle, ItemHandle = itemHandle, Value = Value(value), UserId = user.ToNumber() };
        return InvokeAsync(new() { Kind = Proto.MxCommandKind.Write, Write = write }, $"writing item handle {itemHandle}", cancellationToken);
    }

    /// <summary>Writes a value with a time stamp of its own.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">An item that has had its first data change.</param>
    /// <param name="value">The value.</param>
    /// <param name="timestamp">When the value is of.</param>
    /// <param name="user">As of <see cref="WriteAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait; the value may be written all the same.</param>
    /// <exception cref="NotSupportedException">The value is null or raw bytes, which MXAccess does not take.</exception>
    public Task Write2Async(
        int serverHandle, int itemHandle, MxVariant value, DateTimeOffset timestamp, MxUserId user = default, CancellationToken cancellationToken = default)
    {
        var write = new Proto.Write2Command
        {
            ServerHandle = serverHandle,
            ItemHandle = itemHandle,
            Value = Value(value),
            TimestampValue = Value(timestamp),
            UserId = user.ToNumber(),
        };
        return InvokeAsync(new() { Kind = Proto.MxCommandKind.Write2, Write2 = write }, $"writing item handle {itemHandle}", cancellationToken);
    }

    /// <summary>Writes a value that is signed. MXAccess: a secured write has the same user twice; a verified write needs two who are different.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">An item that has had its first data change.</param>
    /// <param name="currentUser">The operator.</param>
    /// <param name="verifier">Who verifies; the operator for a secured write.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Stops the wait; the value may be written all the same.</param>
    /// <exception cref="NotSupportedException">The value is null or raw bytes, which MXAccess does not take.</exception>
    public Task WriteSecuredAsync(
        int serverHandle, int itemHandle, MxUserId currentUser, MxUserId verifier, MxVariant value, CancellationToken cancellationToken = default)
    {
        var write = new Proto.WriteSecuredCommand
        {
            ServerHandle = serverHandle,
            ItemHandle = itemHandle,
            CurrentUserId = currentUser.ToNumber(),
            VerifierUserId = verifier.ToNumber(),
            Value = Value(value),
        };
        return InvokeAsync(
            new() { Kind = Proto.MxCommandKind.WriteSecured, WriteSecured = write }, $"writing item handle {itemHandle}, signed", cancellationToken);
    }

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
        CancellationToken cancellationToken = default)
    {
        var write = new Proto.WriteSecured2Command
        {
            ServerHandle = serverHandle,
            ItemHandle = itemHandle,
            CurrentUserId = currentUser.ToNumber(),
            VerifierUserId = verifier.ToNumber(),
            Value = Value(value),
            TimestampValue = Value(timestamp),
        };
        return InvokeAsync(
            new() { Kind = Proto.MxCommandKind.WriteSecured2, WriteSecured2 = write }, $"writing item handle {itemHandle}, signed", cancellationToken);
    }

    /// <summary>Asks MXAccess who a user is. MXAccess: while Galaxy security is off, any credentials are taken.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="user">The user; the password goes to the gateway and nowhere else.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The user's id, for writes of this server handle.</returns>
    public async Task<MxUserId> AuthenticateUserAsync(int serverHandle, MxCredentials user, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        string what = $"authenticating {user.UserName}";
        var authenticate = new Proto.AuthenticateUserCommand { ServerHandle = serverHandle, UserName = user.UserName, Password = user.Password };
        Proto.MxCommandReply reply = await InvokeAsync(
            new() { Kind = Proto.MxCommandKind.AuthenticateUser, AuthenticateUser = authenticate }, what, cancellationToken).ConfigureAwait(false);
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
        var ask = new Proto.ArchestrAUserToIdCommand { ServerHandle = serverHandle, UserGuid = userGuid.ToString("D") };
        Proto.MxCommandReply reply = await InvokeAsync(
            new() { Kind = Proto.MxCommandKind.ArchestraUserToId, ArchestraUserToId = ask }, What, cancellationToken).ConfigureAwait(false);
        return MxUserId.FromNumber((reply.ArchestraUserToId ?? throw Without("user id", What, reply)).UserId);
    }

    private static Proto.MxValue Value(in MxVariant value) => Wire.ToValue(value, value.DataType);
}
