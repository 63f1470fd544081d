using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Simulator;

/// <summary>A call that the simulator carried out, or refused.</summary>
/// <param name="Number">The calls are numbered from 1 in the order in which they were carried out or refused.</param>
/// <param name="Time">When.</param>
/// <param name="Method">The method's name, such as <c>OpenSession</c>; for a command <c>Invoke</c>; as the caller named it where there is no such
/// method.</param>
/// <param name="Command">The command's kind; null for what is no command.</param>
/// <param name="SessionId">The session; empty for calls outside of one, and for those whose request was not read: because of their key, or because it is too
/// large or no message.</param>
/// <param name="Items">The references of the items that it was called with, in their order; a handle that is not known, or of a refused call, stands as its
/// number.</param>
/// <param name="Status">How it went; unspecified for a refused call.</param>
public sealed record SimulatorCall(
    long Number, DateTimeOffset Time, string Method, MxCommandKind? Command, string SessionId, IReadOnlyList<string> Items, ProtocolStatusCode Status)
{
    /// <summary>
    /// The status that the call was refused with (key, scope, session, full queue, a request that is too large, a fault on command); null where it was
    /// carried out.
    /// </summary>
    public GrpcStatusCode? Refusal { get; init; }

    /// <summary>Such as <c>Advise Tank_001.Level</c>, and <c>OpenSession (PermissionDenied)</c> for a refused call.</summary>
    public override string ToString()
    {
        string call = $"{Command?.ToString() ?? Method} {string.Join(", ", Items)}".TrimEnd();
        return Refusal is null ? call : $"{call} ({Refusal})";
    }
}

/// <summary>
/// The calls that the simulator carried out or refused, in order, for tests to look at. It keeps the last <see cref="MaxCalls"/> calls, and of those no more
/// than name <see cref="MaxItems"/> items, in <see cref="MaxCharacters"/> characters, together.
/// </summary>
public sealed class SimulatorCalls
{
    /// <summary>How many calls are kept.</summary>
    public const int MaxCalls = 10_000;

    /// <summary>How many items all kept calls name together.</summary>
    public const int MaxItems = 1_000_000;

    /// <summary>How many characters the items of all kept calls have together.</summary>
    public const int MaxCharacters = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<SimulatorCall> _calls = new();
    private readonly TimeProvider _time;
    private long _count;
    private int _items;
    private long _characters;

    internal SimulatorCalls(TimeProvider time) => _time = time;

    /// <summary>How many calls there were, those included that are not kept any more.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>The calls that are kept, oldest first.</summary>
    /// <param name="after">Only those after the one of this number; 0 for all.</param>
    public IReadOnlyList<SimulatorCall> ToList(long after = 0)
    {
        lock (_lock)
            return [.. _calls.Where(call => call.Number > after)];
    }

    /// <summary>Forgets the calls so far; numbering goes on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _calls.Clear();
            _items = 0;
            _characters = 0;
        }
    }

    internal void Add(
        string method,
        MxCommandKind? command,
        string sessionId,
        IReadOnlyList<string> items,
        ProtocolStatusCode status = ProtocolStatusCode.Ok,
        GrpcStatusCode? refusal = null)
    {
        lock (_lock)
        {
            _calls.Enqueue(new SimulatorCall(++_count, _time.GetUtcNow(), method, command, sessionId, items, status) { Refusal = refusal });
            Weigh(items, 1);
            while (_calls.Count > MaxCalls || _items > MaxItems || _characters > MaxCharacters)
                Weigh(_calls.Dequeue().Items, -1);
        }
    }

    private void Weigh(IReadOnlyList<string> items, int sign)
    {
        _items += sign * items.Count;
        _characters += sign * items.Sum(item => (long)item.Length);
    }
}
