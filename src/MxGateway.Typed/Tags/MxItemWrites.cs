namespace MxGateway.Typed;

/// <summary>
/// The writes of one tag, in the order in which they were issued. MXAccess: OnWriteComplete names only the item, so the first one is under way and the others
/// wait.
/// </summary>
internal sealed class MxItemWrites
{
    private readonly Lock _lock = new();
    private readonly LinkedList<MxPendingWrite> _line = new();

    /// <summary>Takes the last place in the line; the write before it gives way where it may.</summary>
    public void Enter(MxPendingWrite write)
    {
        lock (_lock)
        {
            // Those before the last one have given way to it already.
            _line.Last?.Value.GiveWay();
            _line.AddLast(write.Place);
            if (_line.First == write.Place)
                write.TakeTurn();
        }
    }

    /// <summary>Leaves the line, wherever it stands; behind the first one it is the next one's turn.</summary>
    public void Leave(MxPendingWrite write)
    {
        lock (_lock)
        {
            _line.Remove(write.Place);
            _line.First?.Value.TakeTurn();
        }
    }

    /// <summary>An OnWriteComplete has come.</summary>
    public void Complete(int handle, MxWriteEnd end)
    {
        lock (_lock)
        {
            if (_line.First?.Value is { WasSent: true } write && write.Handle == handle)
                write.Finish(end);
        }
    }

    /// <summary>No OnWriteComplete will come any more.</summary>
    public void Lose(Exception cause)
    {
        lock (_lock)
        {
            if (_line.First?.Value is { WasSent: true } write)
                write.Finish(new MxWriteEnd(MxWriteFailures.Unknown(write.Reference, cause.Message, cause)));
        }
    }
}
