namespace MxGateway.Typed;

// What a tag's writes and its samples have to do with each other.
internal sealed partial class MxItem
{
    /// <summary>The tag's writes; made when it is first written.</summary>
    public MxItemWrites Writes
    {
        get
        {
            lock (this)
                return Extras.Writes ??= new MxItemWrites();
        }
    }

    /// <summary>Begins a write, unless it was withdrawn, or its handle taken away meanwhile: then nothing may be sent.</summary>
    public bool TryBeginWrite(MxPendingWrite write)
    {
        lock (this)
            return write.Handle != 0 && write.Handle == PresentHandle && write.TrySend();
    }

    /// <summary>A write was completed: from here on the last sample may be older than what was written.</summary>
    public void Overtake()
    {
        // By whichever handle: a fresh item may have brought a value from before the write.
        lock (this)
            Extras.IsOvertaken = true;
    }

    /// <summary>A value was written and confirmed. Where the last sample says the same, it is as new as the write.</summary>
    public void Written(in MxVariant value)
    {
        lock (this)
            if (_extras is { IsOvertaken: true } extras)
                extras.IsOvertaken = !(_latest.Quality.IsGood && _latest.Value == value);
    }

    public void CompleteWrite(int handle, MxWriteEnd end) => WritesOrNone?.Complete(handle, end);

    /// <summary>The connection is gone: the completion of a write under way will not come.</summary>
    public void LoseWrite(Exception cause) => WritesOrNone?.Lose(cause);

    private MxItemWrites? WritesOrNone
    {
        get
        {
            lock (this)
                return _extras?.Writes;
        }
    }
}
