using Kind = MxGateway.Contracts.Proto.MxCommandKind;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// The gateway's commands, made of plain arguments: for <see cref="MxSession"/>, whose method of the same name says what each does, and for the tags.
/// </summary>
internal static partial class MxCommands
{
    public static Proto.MxCommand Ping() => new() { Kind = Kind.Ping, Ping = new() };

    public static Proto.MxCommand GetSessionState() => new() { Kind = Kind.GetSessionState, GetSessionState = new() };

    public static Proto.MxCommand Register(string clientName) => new() { Kind = Kind.Register, Register = new() { ClientName = clientName } };

    public static Proto.MxCommand Unregister(int serverHandle) => new() { Kind = Kind.Unregister, Unregister = new() { ServerHandle = serverHandle } };

    public static Proto.MxCommand AddItem(int serverHandle, string reference) =>
        new() { Kind = Kind.AddItem, AddItem = new() { ServerHandle = serverHandle, ItemDefinition = reference } };

    public static Proto.MxCommand AddItem2(int serverHandle, string reference, string itemContext) =>
        new() { Kind = Kind.AddItem2, AddItem2 = new() { ServerHandle = serverHandle, ItemDefinition = reference, ItemContext = itemContext } };

    public static Proto.MxCommand AddBufferedItem(int serverHandle, string reference, string itemContext) =>
        new() { Kind = Kind.AddBufferedItem, AddBufferedItem = new() { ServerHandle = serverHandle, ItemDefinition = reference, ItemContext = itemContext } };

    public static Proto.MxCommand SetBufferedUpdateInterval(int serverHandle, TimeSpan interval) => new()
    {
        Kind = Kind.SetBufferedUpdateInterval,
        SetBufferedUpdateInterval = new() { ServerHandle = serverHandle, UpdateIntervalMs = (int)interval.TotalMilliseconds },
    };

    public static Proto.MxCommand RemoveItem(int serverHandle, int itemHandle) =>
        new() { Kind = Kind.RemoveItem, RemoveItem = new() { ServerHandle = serverHandle, ItemHandle = itemHandle } };

    public static Proto.MxCommand Advise(int serverHandle, int itemHandle) =>
        new() { Kind = Kind.Advise, Advise = new() { ServerHandle = serverHandle, ItemHandle = itemHandle } };

    public static Proto.MxCommand AdviseSupervisory(int serverHandle, int itemHandle) =>
        new() { Kind = Kind.AdviseSupervisory, AdviseSupervisory = new() { ServerHandle = serverHandle, ItemHandle = itemHandle } };

    public static Proto.MxCommand UnAdvise(int serverHandle, int itemHandle) =>
        new() { Kind = Kind.UnAdvise, UnAdvise = new() { ServerHandle = serverHandle, ItemHandle = itemHandle } };

    public static Proto.MxCommand Suspend(int serverHandle, int itemHandle) =>
        new() { Kind = Kind.Suspend, Suspend = new() { ServerHandle = serverHandle, ItemHandle = itemHandle } };

    public static Proto.MxCommand Activate(int serverHandle, int itemHandle) =>
        new() { Kind = Kind.Activate, Activate = new() { ServerHandle = serverHandle, ItemHandle = itemHandle } };

    public static Proto.MxCommand AuthenticateUser(int serverHandle, MxCredentials user) => new()
    {
        Kind = Kind.AuthenticateUser,
        AuthenticateUser = new() { ServerHandle = serverHandle, UserName = user.UserName, Password = user.Password },
    };

    public static Proto.MxCommand ArchestrAUserToId(int serverHandle, Guid userGuid) =>
        new() { Kind = Kind.ArchestraUserToId, ArchestraUserToId = new() { ServerHandle = serverHandle, UserGuid = userGuid.ToString("D") } };
}
