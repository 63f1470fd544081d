using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>What became of an authentication.</summary>
/// <param name="Id">The user's id; 0 where there is none.</param>
/// <param name="Failure">Why there is none.</param>
internal readonly record struct MxUserId(int Id, MxGatewayException? Failure);

/// <summary>
/// Authenticates the users who write. MXAccess: user ids die with their server handle, so none is kept: writes that are issued together share an
/// authentication that is under way, and later ones ask anew.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="issuing">Held while writes are issued, so that those issued together ask once.</param>
internal sealed class MxUserIds(MxSession session, Lock issuing)
{
    private readonly Dictionary<MxCredentials, Task<MxUserId>> _underWay = new(ReferenceEqualityComparer.Instance);

    /// <summary>The user's id; never throws. Called with the lock held.</summary>
    public Task<MxUserId> AuthenticateAsync(MxCredentials user)
    {
        if (!_underWay.TryGetValue(user, out Task<MxUserId>? asked))
            _underWay.Add(user, asked = Task.Run(() => AskAsync(user)));
        return asked;
    }

    private async Task<MxUserId> AskAsync(MxCredentials user)
    {
        string what = $"authenticating {user.UserName}";
        try
        {
            var command = new Proto.MxCommand
            {
                Kind = Proto.MxCommandKind.AuthenticateUser,
                AuthenticateUser = new() { ServerHandle = session.ServerHandle, UserName = user.UserName, Password = user.Password },
            };

            // Nobody's token: others may wait for the same answer. The session's own time-out bounds it.
            Proto.MxCommandReply reply = await session.InvokeAsync(command, what, CancellationToken.None).ConfigureAwait(false);
            return reply.AuthenticateUser is { } answer ? new(answer.UserId, null) : new(0, new MxProtocolException($"{what}: the gateway gave no user id"));
        }
        catch (MxGatewayException e)
        {
            return new(0, e);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return new(0, new MxConnectionException($"{what}: the connection was closed", e));
        }
        finally
        {
            lock (issuing)
                _underWay.Remove(user);
        }
    }
}
