using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>The gateway's connections, for faults of the network. It stands between the socket and HTTP/2.</summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<ConnectionContext, bool> _open = new();
    private volatile bool _cut;

    /// <summary>Serves a connection as long as it lives.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        _open.TryAdd(connection, true);
        try
        {
            if (_cut)
                Abort(connection);
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }

    /// <summary>Cuts every connection, those too that come from now on.</summary>
    public void CutForGood()
    {
        _cut = true;
        Cut();
    }

    /// <summary>Cuts every connection that is there.</summary>
    public void Cut()
    {
        foreach (ConnectionContext connection in _open.Keys)
            Abort(connection);
    }

    private static void Abort(ConnectionContext connection) => connection.Abort(new ConnectionAbortedException("the connection is cut on command"));
}
