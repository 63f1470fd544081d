namespace MxGateway.Typed;

/// <summary>What became of an authentication.</summary>
/// <param name="Id">The user's id; none where it failed.</param>
/// <param name="Failure">Why there is none.</param>
internal readonly record struct MxAuthentication(MxUserId Id, MxGatewayException? Failure);

/// <summary>
/// Authenticates the users who write. MXAccess: user ids die with their server handle, so none is kept: writes that are issued together share an
/// authentication that is under way, and later ones ask anew. No more than a few are asked for at once: the gateway takes 128 pending commands of a session,
/// and the others need theirs. One that still waits for room when all its writes were given up is not asked for.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="issuing">Held while writes are issued, so that those issued together ask once.</param>
internal sealed class MxUserIds(MxSession session, Lock issuing)
{
    private const int AtOnce = 16;

    private readonly SemaphoreSlim _room = new(AtOnce);
    private readonly Dictionary<(string Name, string Password), Asked> _asked = [];

    /// <summary>The user's id; never throws. Called with the lock held.</summary>
    /// <param name="user">The user.</param>
    /// <param name="write">The write that waits for it.</param>
    public Task<MxAuthentication> AuthenticateAsync(MxCredentials user, MxPendingWrite write)
    {
        if (!_asked.TryGetValue((user.UserName, user.Password), out Asked? asked))
        {
            _asked.Add((user.UserName, user.Password), asked = new Asked(it => AskInTurnAsync(user, it)));
        }

        asked.Writes.Add(write);
        return asked.Answer;
    }

    private async Task<MxAuthentication> AskInTurnAsync(MxCredentials user, Asked asked)
    {
        await _room.WaitAsync().ConfigureAwait(false);
        try
        {
            return IsWanted(user, asked)
                ? await AskAsync(user).ConfigureAwait(false)
                : new(MxUserId.None, new MxConnectionException($"authenticating {user.UserName}: nobody waits for it any more"));
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Whether a write still waits for it, now that its turn has come. One that comes later asks anew.</summary>
    private bool IsWanted(MxCredentials user, Asked asked)
    {
        lock (issuing)
        {
            bool isWanted = asked.Writes.Exists(write => !write.IsWithdrawn);
            if (!isWanted)
                _asked.Remove((user.UserName, user.Password));
            return isWanted;
        }
    }

    private async Task<MxAuthentication> AskAsync(MxCredentials user)
    {
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
            return new(MxUserId.None, new MxConnectionException($"authenticating {user.UserName}: {MxGatewayConnection.ClosedHere}", e));
        }
        finally
        {
            lock (issuing)
                _asked.Remove((user.UserName, user.Password));
        }
    }

    /// <summary>An authentication that waits for room or is under way.</summary>
    private sealed class Asked
    {
        public Asked(Func<Asked, Task<MxAuthentication>> ask) => Answer = Task.Run(() => ask(this));

        public Task<MxAuthentication> Answer { get; }

        /// <summary>The writes that share it.</summary>
        public List<MxPendingWrite> Writes { get; } = [];
    }
}
