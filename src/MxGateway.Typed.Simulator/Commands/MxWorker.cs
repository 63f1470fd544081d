using System.Diagnostics.CodeAnalysis;
using MxGateway.Typed.Protocol.Grpc;
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
internal sealed class MxWorker(SimulatedPlant plant, TagIndex tags, SimulatorKeys users, EventLog events, TimeProvider time, int maxItems, LiveCounts counts, GatewayRules rules)
{
    /// <summary>How many server handles a session may have.</summary>
    public const int MaxRegistrations = 1_000;

    /// <summary>How many characters a reference may have. It is kept with its item and repeated in events and in the call record.</summary>
    public const int MaxReferenceLength = 1_024;

    private readonly Dictionary<int, MxRegistration> _registrations = [];
    private int _lastServerHandle;
    private int _lastItemHandle;
    private int _items;

    public SimulatedPlant Plant { get; } = plant;

    public SimulatorKeys Users { get; } = users;

    public GatewayRules Rules { get; } = rules;

    /// <summary>The key whose command runs. A session is bound to no key: each command has its own.</summary>
    public SimulatorKey Caller { get; set; } = SimulatorKey.Anybody;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Finds what a reference names: nothing for a wrong reference, and a rejection for what cannot be one.</summary>
    public MxRejection? Resolve(string reference, out TagReference? named)
    {
        named = null;
        if (reference.Length == 0)
            return MxRejection.Argument("the item definition is empty; it is a reference such as Tank_001.Level");
        if (reference.Length > MaxReferenceLength)
            return MxRejection.Argument($"the item definition has {reference.Length} characters; a reference has {MaxReferenceLength} at most");
        named = tags.Find(reference);
        return Refuse(reference, named?.Tag);
    }

    public MxRejection? Register(out int handle)
    {
        handle = 0;
        if (_registrations.Count >= MaxRegistrations)
            return MxRejection.Full($"the session has {MaxRegistrations} server handles, which is the limit");
        handle = ++_lastServerHandle;
        _registrations.Add(handle, new MxRegistration(handle));
        return null;
    }

    public MxRejection? Find(int serverHandle, [NotNull] out MxRegistration? registration) =>
        _registrations.TryGetValue(serverHandle, out registration!) ? null : MxRejection.Argument($"the session has no server handle {serverHandle}; it comes from Register and ends with Unregister");

    public MxRejection? Find(int serverHandle, int itemHandle, [NotNull] out MxItem? item)
    {
        item = null!;
        if (Find(serverHandle, out MxRegistration? registration) is { } rejection)
            return rejection;
        return registration.Items.TryGetValue(itemHandle, out item!) ? Refuse(item.Definition, item.Tag)
            : MxRejection.Argument($"server handle {serverHandle} has no item handle {itemHandle}; it comes from AddItem and ends with RemoveItem");
    }

    /// <summary>The reference of an item as it was given; null for an unknown handle.</summary>
    public string? DefinitionOf(int serverHandle, int itemHandle) => _registrations.GetValueOrDefault(serverHandle)?.Items.GetValueOrDefault(itemHandle)?.Definition;

    /// <summary>Takes the next handle number.</summary>
    public int NextItemHandle() => ++_lastItemHandle;

    public MxRejection? AddItem(MxRegistration registration, string definition, [NotNull] out MxItem? item)
    {
        item = null!;
        if (_items >= maxItems)
            return MxRejection.Full($"the session has {maxItems} items, which is the limit");
        if (Resolve(definition, out TagReference? named) is { } rejection)
            return rejection;

        item = new MxItem(registration.Handle, NextItemHandle(), definition, named, events);
        registration.Items.Add(item.Handle, item);
        _items++;
        counts.AddItems(1);
        return null;
    }

    /// <summary>Advises an item; one that is advised already gets a first data change again.</summary>
    public void Advise(MxItem item, bool supervisory)
    {
        bool again = item.IsAdvised;
        item.IsSupervisory |= supervisory;
        if (!again)
        {
            item.IsAdvised = true;
            counts.AddAdvised(1);
        }

        item.Expect();
        if (item.Tag is null)
            item.OnWrongReference(Now);
        else if (again)
            Plant.Repeat(item.Tag, item);
        else
            Plant.Advise(item.Tag, item);
    }

    public void UnAdvise(MxItem item)
    {
        if (!item.IsAdvised)
            return;
        item.IsAdvised = item.IsSupervisory = false;
        counts.AddAdvised(-1);
        if (item.Tag is not null)
            Plant.UnAdvise(item.Tag, item);
    }

    public void RemoveItem(MxItem item)
    {
        UnAdvise(item);
        _registrations[item.ServerHandle].Items.Remove(item.Handle);
        _items--;
        counts.AddItems(-1);
    }

    public void Unregister(MxRegistration registration)
    {
        foreach (MxItem item in registration.Items.Values.ToList())
            RemoveItem(item);
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
}
