namespace MxGateway.Typed.Simulator;

/// <summary>What clients hold in the simulator now. All is zero when every client has cleaned up after itself.</summary>
/// <param name="Sessions">Open sessions.</param>
/// <param name="Streams">Attached event streams.</param>
/// <param name="Items">Items added.</param>
/// <param name="AdvisedItems">Items advised.</param>
public readonly record struct SimulatorCounts(int Sessions, int Streams, int Items, int AdvisedItems)
{
    /// <summary>Commands that are not done yet, the running ones included.</summary>
    public int PendingCommands { get; init; }
}

/// <summary>Counts as they go up and down, from any thread.</summary>
internal sealed class LiveCounts
{
    private int _sessions;
    private int _streams;
    private int _items;
    private int _advised;
    private int _pending;

    public SimulatorCounts Now => new(Volatile.Read(ref _sessions), Volatile.Read(ref _streams), Volatile.Read(ref _items), Volatile.Read(ref _advised))
    {
        PendingCommands = Volatile.Read(ref _pending),
    };

    public void AddSessions(int by) => Interlocked.Add(ref _sessions, by);

    public void AddStreams(int by) => Interlocked.Add(ref _streams, by);

    public void AddItems(int by) => Interlocked.Add(ref _items, by);

    public void AddAdvised(int by) => Interlocked.Add(ref _advised, by);

    public void AddPending(int by) => Interlocked.Add(ref _pending, by);
}
