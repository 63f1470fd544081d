using System.Diagnostics.CodeAnalysis;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Keys;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Simulator.Sessions;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>
/// What MXAccess keeps for one session: server handles, items, users. Handle numbers are not used again within a session.
/// Only the session's command queue touches it, one command after the other.
/// </summary>
internal sealed class MxWorker(
    SimulatedPlant plant,
    DeployedGalaxy galaxy,
    SimulatorKeys users,
    EventLog events,
    TimeProvider time,
    int maxItems,
    LiveCounts counts,
    GatewayRules rules,
    FaultSwitches faults)
{
    /// <summary>How many server handles a session may have.</summary>
    public const int MaxRegistrations = 1_000;

    /// <summary>How many characters a reference may have. It is kept with its item and repeated in events and in the call record.</summary>
    public const int MaxReferenceLength = 1_024;

    private readonly Dictionary<int, MxRegistration> _registrations = [];
    private readonly Dictionary<int, string> _users = [];
    private readonly CancellationTokenSource _ending = new();
    private int _lastServerHandle;
    private int _lastItemHandle;
    private int _items;

    public SimulatedPlant Plant { get; } = plant;

    public SimulatorKeys Users { get; } = users;

    public GatewayRules Rules { get; } = rules;

    public FaultSwitches Faults { get; } = faults;

    /// <summary>The key whose command runs. A session is bound to no key: each command has its own.</summary>
    public SimulatorKey Caller { get; set; } = SimulatorKey.Anybody;

    /// <summary>Whether Galaxy security is on.</summary>
    public bool IsSecurityOn => Users.HasUsers || !Rules.Hold(GatewayRule.SecurityOff);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Finds what a reference names: nothing for a wrong reference, and a rejection for what cannot be one.</summary>
    public MxRejection? Resolve(string reference, string context, out TagReference? named)
    {
        named = null;
        if (reference.Length == 0)
            return MxRejection.Argument("the item definition is empty; it is a reference such as Tank_001.Level");
        if (reference.Length > MaxReferenceLength)
            return TooLong("definition", reference.Length);
        if (context.Length > MaxReferenceLength)
            return TooLong("context", context.Length);
        named = galaxy.Now.Tags.Find(reference, context);
        return Refuse(reference, named?.Tag);
    }

    public MxRejection? Register(out int handle)
    {
        handle = 0;
        if (_registrations.Count >= MaxRegistrations)
            return MxRejection.Full($"the session has {MaxRegistrations} server handles, which is the limit");
        handle = ++_lastServerHandle;
        _registrations.Add(handle, new MxRegistration(handle, Rules.Hold(GatewayRule.UserIdsDie) ? [] : _users));
        return null;
    }

    public MxRejection? Find(int serverHandle, [NotNull] out MxRegistration? registration) =>
        _registrations.TryGetValue(serverHandle, out registration!)
            ? null
            : Unknown($"the session has no server handle {serverHandle}; it comes from Register and ends with Unregister");

    public MxRejection? Find(int serverHandle, int itemHandle, [NotNull] out MxItem? item)
    {
        item = null!;
        if (Find(serverHandle, out MxRegistration? registration) is { } rejection)
            return rejection;
        return registration.Items.TryGetValue(itemHandle, out item!) ? Refuse(item.Definition, item.Tag)
            : Unknown($"server handle {serverHandle} has no item handle {itemHandle}; it comes from AddItem and ends with RemoveItem");
    }

    /// <summary>The reference of an item as it was given; null for an unknown handle.</summary>
    public string? DefinitionOf(int serverHandle, int itemHandle) =>
        _registrations.GetValueOrDefault(serverHandle)?.Items.GetValueOrDefault(itemHandle)?.Definition;

    /// <summary>Takes the next handle number.</summary>
    public int NextItemHandle() => ++_lastItemHandle;

    /// <summary>Adds an item.</summary>
    /// <param name="registration">The server handle that it belongs to.</param>
    /// <param name="definition">Its reference.</param>
    /// <param name="context">The object in which a relative reference is resolved.</param>
    /// <param name="isBuffered">Whether its changes are told in OnBufferedDataChange.</param>
    /// <param name="item">The item.</param>
    public MxRejection? AddItem(MxRegistration registration, string definition, string context, bool isBuffered, [NotNull] out MxItem? item)
    {
        item = null!;
        if (_items >= maxItems)
            return MxRejection.Full($"the session has {maxItems} items, which is the limit");
        if (Resolve(definition, context, out TagReference? named) is { } rejection)
            return rejection;
        if (named is null && !Rules.Hold(GatewayRule.WrongReference))
            return MxRejection.WrongReference(definition);
        if (isBuffered && named is { IsArray: true })
            return MxRejection.Argument($"\"{definition}\" is an array; a buffered item has one value at a time, such as an element of it");
        if (!Rules.Hold(GatewayRule.AddingTwice) && registration.Items.Values.FirstOrDefault(known => known.Definition == definition) is { } known)
        {
            item = known;
            return null;
        }

        int handle = Rules.Hold(GatewayRule.HandlesNotReused)
            ? NextItemHandle()
            : Enumerable.Range(1, int.MaxValue - 1).First(free => !registration.Items.ContainsKey(free));
        UpdateBuffer? buffer = isBuffered && Rules.Hold(GatewayRule.BufferedItems) ? Updates(registration) : null;
        item = new MxItem(registration.Handle, handle, definition, context, named, events, buffer);
        registration.Items.Add(item.Handle, item);
        _items++;
        counts.AddItems(1);
        return null;
    }

    /// <summary>Where the changes of a server handle's buffered items are collected.</summary>
    public UpdateBuffer Updates(MxRegistration registration) => registration.Updates ??= new UpdateBuffer(time);

    /// <summary>Advises an item; one that is advised already gets a first data change again.</summary>
    public void Advise(MxItem item, bool supervisory)
    {
        bool listens = item is { IsAdvised: true, IsSuspended: false, Tag: not null };
        item.IsSupervisory |= supervisory;
        if (item.IsAdvised && !Rules.Hold(GatewayRule.AdvisingTwice))
            return;
        if (!item.IsAdvised)
        {
            item.IsAdvised = true;
            counts.AddAdvised(1);
        }

        if (!item.IsSuspended)
            Listen(item, listens);
    }

    public void UnAdvise(MxItem item)
    {
        if (!item.IsAdvised)
            return;
        item.IsAdvised = item.IsSupervisory = false;
        counts.AddAdvised(-1);
        if (Rules.Hold(GatewayRule.UnAdviseEndsChanges))
            Ignore(item);
    }

    /// <summary>Advises an attribute for somebody who is no item.</summary>
    public void Advise(PlantTag tag, ITagListener listener)
    {
        counts.AddAdvised(1);
        Plant.Advise(tag, listener);
    }

    /// <summary>Ends what <see cref="Advise(PlantTag, ITagListener)"/> began.</summary>
    public void UnAdvise(PlantTag tag, ITagListener listener)
    {
        counts.AddAdvised(-1);
        Plant.UnAdvise(tag, listener);
    }

    /// <summary>Stops an item's data changes; it stays advised.</summary>
    public void Suspend(MxItem item)
    {
        if (item.IsSuspended || !Rules.Hold(GatewayRule.SuspendActivate))
            return;
        item.IsSuspended = true;
        if (item.IsAdvised)
            Ignore(item);
    }

    /// <summary>Lets a suspended item's data changes come again, the value now first.</summary>
    public void Activate(MxItem item)
    {
        if (!item.IsSuspended)
            return;
        item.IsSuspended = false;
        if (item.IsAdvised)
            Listen(item, listens: false);
    }

    public void RemoveItem(MxItem item)
    {
        UnAdvise(item);
        Plant.Completions.Forget(item);
        _registrations[item.ServerHandle].Items.Remove(item.Handle);
        _items--;
        counts.AddItems(-1);
    }

    public void Unregister(MxRegistration registration)
    {
        foreach (MxItem item in registration.Items.Values.ToList())
            RemoveItem(item);
        registration.Updates?.Dispose();
        _registrations.Remove(registration.Handle);
    }

    /// <summary>A rejection where the caller's key is kept to other tags. The tag itself counts, not the way in which it is named.</summary>
    private MxRejection? Refuse(string reference, PlantTag? tag)
    {
        if (Caller.MayUse(tag?.Definition.FullTagReference ?? reference))
            return null;
        string message = $"the API key {Caller.Id} may not use \"{CallerText.Quote(reference)}\": it is kept to other tags";
        return Rules.Hold(GatewayRule.RefusedRowFailsAlone) ? MxRejection.Denied(message) : throw new GrpcFault(GrpcStatusCode.PermissionDenied, message);
    }

    /// <summary>Lets go of everything: the session ends.</summary>
    public void Release()
    {
        foreach (MxRegistration registration in _registrations.Values.ToList())
            Unregister(registration);
    }

    /// <summary>Waits for something within a command, for some time at most, and not longer than the session lives.</summary>
    public async Task WaitAsync(Task task, TimeSpan timeout)
    {
        try
        {
            await task.WaitAsync(timeout, time, _ending.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // The command goes on with what there is.
        }
    }

    /// <summary>Whether the session ends: nobody waits any more.</summary>
    public bool IsEnding => _ending.IsCancellationRequested;

    /// <summary>Ends the waits of commands: the session ends.</summary>
    public void EndWaits() => _ending.Cancel();

    private void Listen(MxItem item, bool listens)
    {
        // A redeploy may have brought the tag, or brought it back.
        item.Reference ??= galaxy.Now.Tags.Find(item.Definition, item.Context);
        item.Expect();
        if (item.Tag is null)
            item.OnWrongReference(Now);
        else if (listens)
            Plant.Repeat(item.Tag, item);
        else
            Plant.Advise(item.Tag, item);
    }

    private void Ignore(MxItem item)
    {
        if (item.Tag is not null)
            Plant.UnAdvise(item.Tag, item);
        item.ForgetChanges();
    }

    private static MxRejection TooLong(string what, int length) =>
        MxRejection.Argument($"the item {what} has {length} characters; a reference has {MaxReferenceLength} at most");

    private MxRejection Unknown(string message) => Rules.Hold(GatewayRule.UnknownHandle) ? MxRejection.Argument(message) : MxRejection.Silent(message);
}
