using System.Collections.Concurrent;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Hosting;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>
/// What the simulator does wrong until it is told otherwise. Each place where a gateway can fail asks here; <see cref="SimulatorFaults"/> sets it, from any
/// thread.
/// </summary>
internal sealed class FaultSwitches(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Delay> _answers = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<MxCommandKind, Delay> _workers = new();
    private readonly ConcurrentDictionary<MxCommandKind, FailedRows> _rows = new();
    private readonly ConcurrentDictionary<MxCommandKind, bool> _unimplemented = new();
    private readonly ConcurrentDictionary<string, bool> _revoked = new();
    private volatile bool _sessionsStarting;

    /// <summary>Sessions that are opened while this holds do not become ready before it does not hold any more: their workers are slow to start.</summary>
    public bool SessionsStarting
    {
        get => _sessionsStarting;
        set => _sessionsStarting = value;
    }

    /// <summary>Why a row of a bulk command fails instead of being carried out; null where it does not.</summary>
    public string? RowFailure(MxCommandKind command, int row) =>
        _rows.TryGetValue(command, out FailedRows? failed) && failed.Rows.Contains(row) ? failed.Message : null;

    public void FailRows(MxCommandKind command, IReadOnlySet<int> rows, string message) => _rows[command] = new FailedRows(rows, message);

    /// <summary>Fails the call of a command that is not implemented.</summary>
    public void DemandImplemented(MxCommandKind command)
    {
        if (_unimplemented.ContainsKey(command))
            throw new GrpcFault(GrpcStatusCode.Unimplemented, $"this gateway does not implement the command {command}");
    }

    public void SetUnimplemented(IEnumerable<MxCommandKind> commands)
    {
        _unimplemented.Clear();
        foreach (MxCommandKind command in commands)
            _unimplemented.TryAdd(command, true);
    }

    public bool IsRevoked(string keyId) => _revoked.ContainsKey(keyId);

    public void Revoke(string keyId) => _revoked.TryAdd(keyId, true);

    /// <summary>Waits as long as the answers of a method are to be late.</summary>
    public Task AnswerAsync(string method, CancellationToken cancellationToken) =>
        _answers.TryGetValue(method, out Delay? delay) || _answers.TryGetValue("", out delay) ? delay.WaitAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Waits as long as a worker is to be slow with a command.</summary>
    public Task WorkAsync(MxCommandKind command, CancellationToken cancellationToken) =>
        _workers.TryGetValue(command, out Delay? delay) ? delay.WaitAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Makes the answers of a method late; of all methods for the empty text.</summary>
    public void DelayAnswers(string method, TimeSpan by) => Set(_answers, method, by);

    /// <summary>Makes the workers slow with a command.</summary>
    public void DelayWork(MxCommandKind command, TimeSpan by) => Set(_workers, command, by);

    /// <summary>Nothing is wrong any more, and what waits goes on.</summary>
    public void Clear()
    {
        _sessionsStarting = false;
        _rows.Clear();
        _unimplemented.Clear();
        _revoked.Clear();
        foreach (string method in _answers.Keys)
            DelayAnswers(method, TimeSpan.Zero);
        foreach (MxCommandKind command in _workers.Keys)
            DelayWork(command, TimeSpan.Zero);
    }

    private void Set<TKey>(ConcurrentDictionary<TKey, Delay> delays, TKey key, TimeSpan by)
        where TKey : notnull
    {
        if (delays.TryRemove(key, out Delay? before))
            before.End();
        if (by > TimeSpan.Zero)
            delays[key] = new Delay(by, time);
    }

    private sealed record FailedRows(IReadOnlySet<int> Rows, string Message);

    private sealed class Delay(TimeSpan by, TimeProvider time)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => _ended.TrySetResult();

        public async Task WaitAsync(CancellationToken cancellationToken)
        {
            try
            {
                await _ended.Task.WaitAsync(by, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // That is what was wished.
            }
        }
    }
}
