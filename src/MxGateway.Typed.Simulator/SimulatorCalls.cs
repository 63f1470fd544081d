using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator;

/// <summary>A call that the simulator carried out. A call that was refused before that (key, scope, session, full queue) is not among them.</summary>
/// <param name="Number">The calls are numbered from 1 in the order in which they were carried out.</param>
/// <param name="Time">When.</param>
/// <param name="Method">The method's name, such as <c>OpenSession</c>; for a command <c>Invoke</c>.</param>
/// <param name="Command">The command's kind; null for what is no command.</param>
/// <param name="SessionId">The session; empty for calls outside of one.</param>
/// <param name="Items">The references of the items that it was called with, in their order; a handle that is not known stands as its number.</param>
/// <param name="Status">How it went.</param>
public sealed record SimulatorCall(long Number, DateTimeOffset Time, string Method, MxCommandKind? Command, string SessionId, IReadOnlyList<string> Items, ProtocolStatusCode Status)
{
    /// <summary>Such as <c>Advise Tank_001.Level</c>.</summary>
    public override string ToString() => $"{Command?.ToString() ?? Method} {string.Join(", ", Items)}".TrimEnd();
}

/// <summary>
/// The calls that the simulator carried out, in order, for tests to look at. It keeps the last <see cref="MaxCalls"/> calls, and of those no more than
/// name <see cref="MaxItems"/> items, in <see cref="MaxCharacters"/> characters, together.
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
    public IReadOnlyList<SimulatorCall> ToList()
    {
        lock (_lock)
            return [.. _calls];
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

    internal void Add(string method, MxCommandKind? command, string sessionId, IReadOnlyList<string> items, ProtocolStatusCode status = ProtocolStatusCode.Ok)
    {
        lock (_lock)
        {
            _calls.Enqueue(new SimulatorCall(++_count, _time.GetUtcNow(), method, command, sessionId, items, status));
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
