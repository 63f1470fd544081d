namespace MxGateway.Typed;

/// <summary>One write on its way, from the call to its end: it is sent at most once, or withdrawn before that, and it ends once.</summary>
internal sealed class MxPendingWrite
{
    private const int Waiting = 0, Sent = 1, Withdrawn = 2;

    private readonly TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<MxWriteEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stage = Waiting;

    public MxPendingWrite(MxWrite write)
    {
        Write = write;
        Place = new LinkedListNode<MxPendingWrite>(this);
    }

    /// <summary>What is written.</summary>
    public MxWrite Write { get; }

    public MxItem Item => Write.Item;

    public string Reference => Write.Item.Reference;

    /// <summary>Its place among the tag's writes.</summary>
    public LinkedListNode<MxPendingWrite> Place { get; }

    /// <summary>The item handle that it goes to.</summary>
    public int Handle { get; set; }

    /// <summary>Who writes; none where nobody is named.</summary>
    public MxUserId User { get; set; }

    /// <summary>Who verifies. MXAccess: a secured write names two users, also where both are the same.</summary>
    public MxUserId Verifier { get; set; }

    /// <summary>What its command says of it; once handle and users are known.</summary>
    public MxWriteEntry Entry => new(Handle, Write.Value, User, Verifier, Write.Timestamp);

    /// <summary>Completes when all writes of the tag before it have ended.</summary>
    public Task Turn => _turn.Task;

    /// <summary>How it ended.</summary>
    public Task<MxWriteEnd> End => _end.Task;

    /// <summary>Completes when the command that it was sent in has ended.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Whether the gateway was, or is about to be, told of it.</summary>
    public bool WasSent => Volatile.Read(ref _stage) == Sent;

    /// <summary>Whether it will never be sent.</summary>
    public bool IsWithdrawn => Volatile.Read(ref _stage) == Withdrawn;

    public bool TrySend() => Interlocked.CompareExchange(ref _stage, Sent, Waiting) == Waiting;

    /// <summary>Makes sure that it is not sent from here on.</summary>
    /// <returns>False where it was sent, or withdrawn before.</returns>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref _stage, Withdrawn, Waiting) == Waiting;

    public void TakeTurn() => _turn.TrySetResult();

    /// <summary>A newer write of the tag has come.</summary>
    public void GiveWay()
    {
        if (Write.Options.Coalesce && TryWithdraw())
            Finish(new MxWriteEnd(MxWriteFailures.Superseded(Reference)));
    }

    public void Answer() => _answered.TrySetResult();

    public void Finish(MxWriteEnd end) => _end.TrySetResult(end);
}
