using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>
/// Reads tags: the last sample of what is advised, else by ReadBulk, else, where the gateway has none, by subscribing and taking the first change.
/// Reads go by sessions of their own, of which one is for silent tags: who waits for them holds up nobody else. The other one waits briefly: what gives no value
/// there is asked for anew by the one for silent tags, with the whole wait, and goes there at once until it has a value again.
/// </summary>
internal sealed class MxTagReader
{
    private readonly MxGatewayConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly MxReadLane _sound;
    private readonly MxReadLane _silent;
    private volatile bool _isWithoutReadBulk;
    private int _isRefusalTold;

    public MxTagReader(MxGatewayConnection connection, IGrpcTransport transport)
    {
        _connection = connection;
        MxGatewayOptions options = connection.Options;
        var gate = new Lock();
        _silent = new(new MxReadSession(connection, transport, options.ReadTimeout, NoSession), options.TimeProvider, gate, null, _stop.Token);
        _sound = new(new MxReadSession(connection, transport, FirstWait(options.ReadTimeout), NoSession), options.TimeProvider, gate, _silent, _stop.Token);
    }

    /// <summary>Reads one tag.</summary>
    /// <param name="item">The tag.</param>
    /// <param name="maxAge">How old the last sample of an advised tag may be; zero always asks the gateway.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<MxRead> ReadAsync(MxItem item, TimeSpan maxAge, CancellationToken cancellationToken) =>
        item.TryGetLatest(maxAge, _connection.Options.TimeProvider, out MxRawSample latest)
            ? MxRead.OfLast(latest)
            : (await ReadAsync([item], maxAge, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Reads tags together; the answers are in their order.</summary>
    public async Task<MxRead[]> ReadAsync(IReadOnlyList<MxItem> items, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reads = new Task<MxRead>?[items.Count];
        var toAsk = new List<int>();
        for (int i = 0; i < reads.Length; i++)
        {
            // A first value that is on its way is not asked for a second time.
            if (items[i].TryGetLatest(maxAge, _connection.Options.TimeProvider, out MxRawSample latest))
                reads[i] = Task.FromResult(MxRead.OfLast(latest));
            else if (maxAge > TimeSpan.Zero && items[i].IsFirstPending)
                reads[i] = FirstOrAskAsync(items[i], cancellationToken);
            else
                toAsk.Add(i);
        }

        foreach ((int index, Task<MxRead> read) in toAsk.Zip(Ask([.. toAsk.Select(index => items[index])], cancellationToken)))
            reads[index] = read;
        return await Task.WhenAll(reads!).ConfigureAwait(false);
    }

    /// <summary>The connection is gone: what is waited for does not come any more.</summary>
    // Those who waited go on elsewhere: one who waits for the connection's end would hold up whoever ends it.
    public void Stop() => _ = _stop.CancelAsync();

    /// <summary>Closes the sessions that reads went by, after <see cref="Stop"/>. Never throws.</summary>
    /// <param name="time">How long it may take.</param>
    public Task CloseAsync(TimeSpan time) => Task.WhenAll(_sound.CloseAsync(time), _silent.CloseAsync(time));

    // So many commands full of silent tags as fit into a ReadTimeout are in the way of a sound one: ten, of 500 tags each.
    private static TimeSpan FirstWait(TimeSpan readTimeout) =>
        TimeSpan.FromSeconds(Math.Clamp(readTimeout.TotalSeconds / 10, 0.1, MxTagCommands.ShortWait.TotalSeconds));

    private IEnumerable<Task<MxRead>> Ask(IReadOnlyList<MxItem> items, CancellationToken cancellationToken)
    {
        if (_isWithoutReadBulk)
            return items.Select(item => SubscribeAsync(item, cancellationToken));

        ILookup<bool, MxItem> bySilence = items.ToLookup(item => item.IsSilent);
        var answers = new Dictionary<MxItem, Task<MxRead>>();
        foreach ((MxReadLane lane, bool isSilent) in new[] { (_sound, false), (_silent, true) })
        {
            MxItem[] some = [.. bySilence[isSilent].Distinct()];
            foreach ((MxItem item, Task<MxRead> answer) in some.Zip(Ask(lane, some, cancellationToken)))
                answers.Add(item, answer);
        }

        return items.Select(item => answers[item]);
    }

    private Task<MxRead>[] Ask(MxReadLane lane, MxItem[] items, CancellationToken cancellationToken)
    {
        MxReadLane.Asked[] asked;
        try
        {
            asked = lane.Enqueue(items);
        }
        catch (OperationCanceledException e)
        {
            return [.. items.Select(item => Task.FromException<MxRead>(Ended(item, e)))];
        }

        return [.. asked.Select(one => AnswerAsync(lane, one, cancellationToken))];
    }

    private async Task<MxRead> AnswerAsync(MxReadLane lane, MxReadLane.Asked asked, CancellationToken cancellationToken)
    {
        try
        {
            // What the gateway has kept is no answer: nothing says that a confirmed write has reached it.
            if (await lane.AnswerAsync(asked, cancellationToken).ConfigureAwait(false) is { } read)
                return read.IsCached ? await SubscribeAsync(asked.Item, cancellationToken).ConfigureAwait(false) : read;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Ended(asked.Item, e);
        }

        if (!_isWithoutReadBulk)
        {
            _isWithoutReadBulk = true;
            MxLog.NoReadBulk(_connection.Log, _connection.Options.Endpoint);
        }

        return await SubscribeAsync(asked.Item, cancellationToken).ConfigureAwait(false);
    }

    private async Task<MxRead> FirstOrAskAsync(MxItem item, CancellationToken cancellationToken)
    {
        MxRead first = await FirstAsync(item, cancellationToken).ConfigureAwait(false);

        // A tag that could not be advised may be read all the same.
        return first is { Sample.IsFromSession: true, IsTimeout: false } ? await Ask([item], cancellationToken).Single().ConfigureAwait(false) : first;
    }

    /// <summary>
    /// Subscribes and takes the first change. Where the tag has had one already, another item asks anew. MXAccess: a tag that is added twice has two handles,
    /// and two first values.
    /// </summary>
    private Task<MxRead> SubscribeAsync(MxItem item, CancellationToken cancellationToken) =>
        FirstAsync(item.First.IsCompleted ? new MxItem(item.Reference, _connection.Options.TimeProvider.GetUtcNow()) : item, cancellationToken);

    /// <summary>Waits for the first value of a tag that is advised, or is to be; where it could not be advised, a sample that says why.</summary>
    private async Task<MxRead> FirstAsync(MxItem item, CancellationToken cancellationToken)
    {
        MxGatewayOptions options = _connection.Options;
        using var timeout = new CancellationTokenSource(options.ReadTimeout, options.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token, cancellationToken);
        _connection.Tags.Attach(item, null);
        try
        {
            while (true)
            {
                await item.First.WaitAsync(stop.Token).ConfigureAwait(false);
                MxRawSample latest = item.Latest;
                if (!latest.IsFromSession)
                    return MxRead.OfLast(latest);
                _connection.EnsureOpen($"reading {item.Reference}");

                // A write may have taken the handle away meanwhile: another first value comes.
                if (latest.Quality != MxQuality.BadWaitingForInitialData)
                    return new(MxRead.Named(latest, item.Reference), HasSourceTime: false);
            }
        }
        catch (OperationCanceledException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_stop.IsCancellationRequested)
                throw Ended(item, e);
            return MxRead.TimedOut(item.Reference, options.ReadTimeout, "", options.TimeProvider.GetUtcNow());
        }
        finally
        {
            _connection.Tags.Detach(item, null);
        }
    }

    private void NoSession(string why)
    {
        if (Interlocked.Exchange(ref _isRefusalTold, 1) == 0)
            MxLog.NoSessionForReads(_connection.Log, _connection.Options.Endpoint, MxTagCommands.ShortWait, why);
    }

    /// <summary>What a read is told whose connection went away under it.</summary>
    private Exception Ended(MxItem item, OperationCanceledException e)
    {
        string what = $"reading {item.Reference}";
        try
        {
            _connection.EnsureOpen(what);
            return new MxConnectionException($"{what}: {MxGatewayConnection.ClosedHere}", e);
        }
        catch (Exception because) when (because is MxConnectionException or ObjectDisposedException)
        {
            return because;
        }
    }
}
