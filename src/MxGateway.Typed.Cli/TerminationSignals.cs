using System.Runtime.InteropServices;

namespace MxGateway.Typed.Cli;

/// <summary>
/// Turns the first Ctrl+C, or the first SIGTERM, into a cancelled token, so that a command can end cleanly. The second one ends the process at once;
/// one that comes within a second is still the first: timeout(1) signals its command, and then the group that the command is in.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private static readonly TimeSpan s_same = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long? _first;

    public TerminationSignals(TimeProvider time)
    {
        _time = time;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    /// <summary>What happens on a signal.</summary>
    internal void OnSignal(PosixSignalContext context)
    {
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            _first ??= now;
            if (_time.GetElapsedTime(_first.Value, now) > s_same)
                return;
        }

        context.Cancel = true;
        _source.Cancel();
    }
}
