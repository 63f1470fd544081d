using System.Runtime.CompilerServices;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <content>Advising, and what it brings.</content>
public sealed partial class MxSession
{
    /// <summary>
    /// Advises an item: its value, and each change, comes by the session's event stream. MXAccess: the first one may come before this returns,
    /// so attach the stream first (<see cref="AttachEventsAsync"/>).
    /// </summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">From <see cref="AddItemAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task AdviseAsync(int serverHandle, int itemHandle, CancellationToken cancellationToken = default) =>
        InvokeAsync(MxCommands.Advise(serverHandle, itemHandle), $"advising item handle {itemHandle}", cancellationToken);

    /// <summary>
    /// Advises an item in the supervisory context. MXAccess: that needs no user, also for secured attributes; otherwise as <see cref="AdviseAsync"/>.
    /// </summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">From <see cref="AddItemAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task AdviseSupervisoryAsync(int serverHandle, int itemHandle, CancellationToken cancellationToken = default) =>
        InvokeAsync(MxCommands.AdviseSupervisory(serverHandle, itemHandle), $"advising item handle {itemHandle}, supervisory", cancellationToken);

    /// <summary>Ends an advise. Changes that were under way may still come.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">An item that is advised.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task UnAdviseAsync(int serverHandle, int itemHandle, CancellationToken cancellationToken = default) =>
        InvokeAsync(MxCommands.UnAdvise(serverHandle, itemHandle), $"un-advising item handle {itemHandle}", cancellationToken);

    /// <summary>Holds an item's changes back until <see cref="ActivateAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">From <see cref="AddItemAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What MXAccess says of it.</returns>
    public Task<MxStatus> SuspendAsync(int serverHandle, int itemHandle, CancellationToken cancellationToken = default) =>
        StatusAsync(MxCommands.Suspend(serverHandle, itemHandle), $"suspending item handle {itemHandle}", cancellationToken);

    /// <summary>Lets an item's changes come again after <see cref="SuspendAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">From <see cref="AddItemAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What MXAccess says of it.</returns>
    public Task<MxStatus> ActivateAsync(int serverHandle, int itemHandle, CancellationToken cancellationToken = default) =>
        StatusAsync(MxCommands.Activate(serverHandle, itemHandle), $"activating item handle {itemHandle}", cancellationToken);

    /// <summary>
    /// Attaches the session's event stream, of which there is one, and returns when the gateway has accepted it: what happens from here on is in it.
    /// (A gateway that says nothing before its first event is given a second.)
    /// </summary>
    /// <param name="afterSequence">
    /// 0: from now on. Otherwise the <see cref="MxSessionEvent.Sequence"/> after which to resume; where the gateway does not have all of them any more, the
    /// stream begins with an <see cref="MxReplayGap"/>.
    /// </param>
    /// <param name="cancellationToken">Stops the wait, and the stream with it.</param>
    /// <returns>The stream; disposing it detaches it.</returns>
    /// <exception cref="MxProtocolException">The session has a stream already, or has not reached the sequence.</exception>
    public Task<MxEventStream> AttachEventsAsync(ulong afterSequence = 0, CancellationToken cancellationToken = default) =>
        MxEventStream.AttachAsync(StreamEvents(afterSequence), $"receiving the events of {Id}", _options, cancellationToken);

    /// <summary>
    /// The session's events, in the order of their sequence, from when the enumeration begins until the session is closed. Where it matters that none is
    /// missed before it begins, take <see cref="AttachEventsAsync"/>. Who reads more slowly than events come is cut off by the gateway at 10,000 that wait.
    /// </summary>
    /// <param name="afterSequence">As of <see cref="AttachEventsAsync"/>.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<MxSessionEvent> StreamEventsAsync(
        ulong afterSequence = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        MxEventStream events = await AttachEventsAsync(afterSequence, cancellationToken).ConfigureAwait(false);
        await using (((IAsyncDisposable)events).ConfigureAwait(false))
        {
            await foreach (MxSessionEvent e in events.WithCancellation(cancellationToken).ConfigureAwait(false))
                yield return e;
        }
    }

    private async Task<MxStatus> StatusAsync(Proto.MxCommand command, string what, CancellationToken cancellationToken) =>
        Wire.Worst((await InvokeAsync(command, what, cancellationToken).ConfigureAwait(false)).Statuses);
}
