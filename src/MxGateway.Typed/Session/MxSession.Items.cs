using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <content>Registrations and items. MXAccess: a wrong reference has an item handle all the same; that it is wrong is told by the first data change.</content>
public sealed partial class MxSession
{
    private const string NoReference = "the reference is empty; give the tag's, such as Pump_001.Speed";

    /// <summary>Registers a client with MXAccess: its items and users belong to what this returns.</summary>
    /// <param name="clientName">The client's name, for MXAccess's records.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The server handle.</returns>
    public async Task<int> RegisterAsync(string clientName, CancellationToken cancellationToken = default)
    {
        MxArguments.ThrowIfBlank(clientName, "the client's name is empty; give one by which MXAccess's records show who is registered");
        string what = $"registering with {_options.Endpoint}";
        Proto.MxCommandReply reply = await InvokeAsync(MxCommands.Register(clientName), what, cancellationToken).ConfigureAwait(false);
        return reply.Register?.ServerHandle ?? throw Without("server handle", what, reply);
    }

    /// <summary>Ends a registration: its item handles and user ids are gone with it.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task UnregisterAsync(int serverHandle, CancellationToken cancellationToken = default) =>
        InvokeAsync(MxCommands.Unregister(serverHandle), $"unregistering server handle {serverHandle}", cancellationToken);

    /// <summary>Adds an item.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="reference">The full tag reference, such as <c>Pump_001.Speed</c>; of an array with <c>[]</c>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The item handle.</returns>
    public async Task<int> AddItemAsync(int serverHandle, string reference, CancellationToken cancellationToken = default)
    {
        MxArguments.ThrowIfBlank(reference, NoReference);
        string what = $"adding {reference}";
        Proto.MxCommandReply reply = await InvokeAsync(MxCommands.AddItem(serverHandle, reference), what, cancellationToken).ConfigureAwait(false);
        return reply.AddItem?.ItemHandle ?? throw Without("item handle", what, reply);
    }

    /// <summary>Adds an item whose reference is relative to an object.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="reference">The reference, such as <c>Me.Speed</c>.</param>
    /// <param name="itemContext">The object that it is relative to, such as <c>Pump_001</c>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The item handle.</returns>
    public async Task<int> AddItem2Async(int serverHandle, string reference, string itemContext, CancellationToken cancellationToken = default)
    {
        MxArguments.ThrowIfBlank(reference, "the reference is empty; give one that is relative to the object, such as Me.Speed");
        ArgumentNullException.ThrowIfNull(itemContext);
        string what = $"adding {reference} in the context of {itemContext}";
        Proto.MxCommand command = MxCommands.AddItem2(serverHandle, reference, itemContext);
        Proto.MxCommandReply reply = await InvokeAsync(command, what, cancellationToken).ConfigureAwait(false);
        return reply.AddItem2?.ItemHandle ?? throw Without("item handle", what, reply);
    }

    /// <summary>Adds an item whose changes are collected, and told together: see <see cref="SetBufferedUpdateIntervalAsync"/>.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="itemContext">The object that it is relative to; empty for a full tag reference.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The item handle. Its values come as <see cref="MxBufferedDataChange"/>.</returns>
    public async Task<int> AddBufferedItemAsync(int serverHandle, string reference, string itemContext = "", CancellationToken cancellationToken = default)
    {
        MxArguments.ThrowIfBlank(reference, NoReference);
        ArgumentNullException.ThrowIfNull(itemContext);
        string what = $"adding {reference}, buffered";
        Proto.MxCommand command = MxCommands.AddBufferedItem(serverHandle, reference, itemContext);
        Proto.MxCommandReply reply = await InvokeAsync(command, what, cancellationToken).ConfigureAwait(false);
        return reply.AddBufferedItem?.ItemHandle ?? throw Without("item handle", what, reply);
    }

    /// <summary>Says how long the changes of a registration's buffered items are collected.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="interval">From 1 ms to 24 days, in whole milliseconds.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task SetBufferedUpdateIntervalAsync(int serverHandle, TimeSpan interval, CancellationToken cancellationToken = default)
    {
        if (interval < TimeSpan.FromMilliseconds(1) || interval > TimeSpan.FromDays(24))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "a buffered update interval is from 1 ms to 24 days");
        Proto.MxCommand command = MxCommands.SetBufferedUpdateInterval(serverHandle, interval);
        return InvokeAsync(command, $"setting the buffered update interval of server handle {serverHandle}", cancellationToken);
    }

    /// <summary>Removes an item. MXAccess: un-advise it first, and let the OnWriteComplete of its writes come.</summary>
    /// <param name="serverHandle">From <see cref="RegisterAsync"/>.</param>
    /// <param name="itemHandle">From <see cref="AddItemAsync"/>, <see cref="AddItem2Async"/> or <see cref="AddBufferedItemAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task RemoveItemAsync(int serverHandle, int itemHandle, CancellationToken cancellationToken = default) =>
        InvokeAsync(MxCommands.RemoveItem(serverHandle, itemHandle), $"removing item handle {itemHandle}", cancellationToken);
}
