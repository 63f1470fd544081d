namespace MxGateway.Typed.Simulator.Faults;

/// <summary>A network that loses everything for a while. When it is over, everything arrives: TCP sends it again.</summary>
internal sealed class BlackHole
{
    private volatile TaskCompletionSource? _over;

    public bool IsOn => _over is not null;

    public void Set(bool on)
    {
        if (on)
            Interlocked.CompareExchange(ref _over, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);
        else
            Interlocked.Exchange(ref _over, null)?.SetResult();
    }

    /// <summary>Waits until it is over, or until the connection is closed.</summary>
    public async ValueTask PassAsync(CancellationToken closed)
    {
        while (_over is { } over && !closed.IsCancellationRequested)
            await over.Task.WaitAsync(closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
