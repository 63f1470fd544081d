using System.Collections.Concurrent;

namespace MxGateway.Typed.Fuzz.Wire;

/// <summary>
/// Connections, each for one input at a time, and closed after some: a server that sees many calls on one connection given up asks for calm, and refuses the
/// calls of others with it.
/// </summary>
/// <param name="open">Opens one.</param>
/// <param name="close">Closes one.</param>
internal sealed class WornPool<T>(Func<T> open, Func<T, ValueTask> close) : IAsyncDisposable
{
    private const int MaxUses = 40;

    private readonly ConcurrentBag<(T Connection, int Uses)> _free = [];

    public async Task UseAsync(Func<T, Task> use)
    {
        (T connection, int uses) = _free.TryTake(out (T, int) free) ? free : (open(), 0);
        try
        {
            await use(connection);
        }
        finally
        {
            if (++uses < MaxUses)
                _free.Add((connection, uses));
            else
                await close(connection);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_free.TryTake(out (T Connection, int) free))
            await close(free.Connection);
    }
}
