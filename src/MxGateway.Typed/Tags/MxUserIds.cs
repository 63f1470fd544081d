namespace MxGateway.Typed;

/// <summary>What became of an authentication.</summary>
/// <param name="Id">The user's id; none where it failed.</param>
/// <param name="Failure">Why there is none.</param>
internal readonly record struct MxAuthentication(MxUserId Id, MxGatewayException? Failure);

/// <summary>
/// Authenticates the users who write. MXAccess: user ids die with their server handle, so none is kept: writes that are issued together share an
/// authentication that is under way, and later ones ask anew. No more than a few are asked for at once: the gateway takes 128 pending commands of a session,
/// and the others need theirs.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="issuing">Held while writes are issued, so that those issued together ask once.</param>
internal sealed class MxUserIds(MxSession session, Lock issuing)
{
    private const int AtOnce = 16;

    private readonly SemaphoreSlim _room = new(AtOnce);
    private readonly Dictionary<(string Name, string Password), Task<MxAuthentication>> _underWay = [];

    /// <summary>The user's id; never throws. Called with the lock held.</summary>
    public Task<MxAuthentication> AuthenticateAsync(MxCredentials user)
    {
        if (!_underWay.TryGetValue((user.UserName, user.Password), out Task<MxAuthentication>? asked))
            _underWay.Add((user.UserName, user.Password), asked = Task.Run(() => AskAsync(user)));
        return asked;
    }

    private async Task<MxAuthentication> AskAsync(MxCredentials user)
    {
        await _room.WaitAsync().ConfigureAwait(false);
        try
        {
            // Nobody's token: others may wait for the same answer. The session's own time-out bounds it.
            return new(await session.AuthenticateUserAsync(session.ServerHandle, user, CancellationToken.None).ConfigureAwait(false), null);
        }
        catch (MxGatewayException e)
        {
            return new(MxUserId.None, e);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return new(MxUserId.None, new MxConnectionException($"authenticating {user.UserName}: the connection was closed", e));
        }
        finally
        {
            _room.Release();
            lock (issuing)
                _underWay.Remove((user.UserName, user.Password));
        }
    }
}
