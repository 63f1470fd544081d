using System.Threading.Channels;
using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed.Simulator.Galaxy;

/// <summary>
/// Somebody who watches deploys, from the state at the beginning on. Who reads too slowly loses the oldest events, and sees that from a gap in their sequence.
/// Disposing it ends the watch.
/// </summary>
/// <param name="opening">The state at the beginning.</param>
/// <param name="ended">Called when it ends.</param>
internal sealed class DeployWatch(DeployEvent opening, Action<DeployWatch> ended) : IDisposable
{
    /// <summary>How many events wait for a slow reader.</summary>
    public const int QueueSize = 64;

    private readonly Channel<DeployEvent> _events = Channel.CreateBounded<DeployEvent>(
        new BoundedChannelOptions(QueueSize) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>The state at the beginning; every later deploy is an event.</summary>
    public DeployEvent Opening { get; } = opening;

    /// <summary>The deploys since then, without end.</summary>
    public IAsyncEnumerable<DeployEvent> ReadAllAsync(CancellationToken cancellationToken) => _events.Reader.ReadAllAsync(cancellationToken);

    public void Tell(DeployEvent deployed) => _events.Writer.TryWrite(deployed);

    public void Dispose() => ended(this);
}
