using System.Collections.Concurrent;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>The gateway's connections, for faults of the network.</summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<string, FaultyConnection> _open = new();
    private volatile bool _isCut;

    public BlackHole BlackHole { get; } = new();

    /// <summary>Serves a connection as long as it lives.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IDuplexPipe transport = connection.Transport;
        var faulty = new FaultyConnection(connection, BlackHole);
        _open[connection.ConnectionId] = faulty;
        connection.Transport = faulty;
        try
        {
            if (_isCut)
                faulty.Cut();
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Transport = transport;
            _open.TryRemove(connection.ConnectionId, out _);
        }
    }

    /// <summary>Cuts every connection, those too that come from now on.</summary>
    public void CutForGood()
    {
        _isCut = true;
        Cut(null, inFrame: false);
    }

    /// <summary>Cuts the connections that are there, or one of them.</summary>
    public void Cut(string? id, bool inFrame)
    {
        foreach (FaultyConnection connection in _open.Where(open => id is null || open.Key == id).Select(open => open.Value))
        {
            if (inFrame)
                connection.CutInFrame();
            else
                connection.Cut();
        }
    }

    public void GoAway()
    {
        foreach (FaultyConnection connection in _open.Values)
            connection.GoAway();
    }
}
