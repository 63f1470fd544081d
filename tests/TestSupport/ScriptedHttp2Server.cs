using System.Net;
using System.Net.Sockets;

namespace MxGateway.Typed.TestSupport;

/// <summary>
/// An HTTP/2 server that sends exactly the frames that a test's script writes, right or wrong: plaintext, on a free port.
/// The script runs once per connection. <see cref="RawServer"/> is for answers that a sound server can send.
/// </summary>
public sealed class ScriptedHttp2Server : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ScriptedHttp2Connection, Task> _script;
    private readonly (ushort Id, uint Value)[] _settings;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    /// <summary>Starts the server.</summary>
    /// <param name="script">What happens on a connection, once the prefaces are exchanged; the connection is closed where it ends.</param>
    /// <param name="settings">The server's settings, by HTTP/2's numbers.</param>
    public ScriptedHttp2Server(Func<ScriptedHttp2Connection, Task> script, params (ushort Id, uint Value)[] settings)
    {
        _script = script;
        _settings = settings;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many connections were made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Cuts the connections. Throws what went wrong in a script, but for a peer that went away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                _connections.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        await using (var connection = new ScriptedHttp2Connection(client, _stop.Token))
        {
            try
            {
                await connection.OpenAsync(_settings);
                await _script(connection);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The client went away, or the test is over.
            }
        }
    }
}
