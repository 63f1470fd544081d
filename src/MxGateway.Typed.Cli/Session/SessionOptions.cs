using System.CommandLine;

namespace MxGateway.Typed.Cli;

/// <summary>The options of the commands that use a session; they mean the same for each.</summary>
internal static class SessionOptions
{
    /// <summary>How long a command may be told to wait, in seconds.</summary>
    public const int MaxSeconds = 24 * 60 * 60;

    /// <summary>How many events a command may be told to wait for.</summary>
    public const int MaxEvents = 1_000_000;

    public const string SessionIdName = "--session-id";

    public static Option<string> SessionId(bool isRequired = true) => new Option<string>(SessionIdName)
    {
        Description = "The session, as open-session printed it." + (isRequired ? "" : " Default: a session of its own, which is closed at the end."),
        HelpName = "ID",
        Required = isRequired,
    }.NotEmpty("give what open-session printed");

    public static Option<int?> ServerHandle(bool isRequired = true) => Handle(
        "--server-handle",
        "The server handle, as register printed it." + (isRequired ? "" : " Default: a registration of its own; goes with --session-id."),
        isRequired);

    public static Option<int?> ItemHandle(bool isRequired = true) => Handle(
        "--item-handle", "The item handle, as add-item printed it." + (isRequired ? "" : " Default: an item of its own, see --item."), isRequired);

    public static Option<string> Item(bool isRequired = true, string more = "") => new Option<string>("--item")
    {
        Description = $"The full tag reference, such as Pump_001.Speed; of an array with [].{more}",
        HelpName = "REF",
        Required = isRequired,
    }.NotEmpty("give a tag reference, such as Pump_001.Speed");

    public static Option<string> ClientName() => new Option<string>("--client-name")
    {
        Description = $"The client's name, for the records of the gateway and MXAccess. Default: {CommandLine.ToolName}.",
        HelpName = "NAME",
    }.NotEmpty("give a name, or leave the option out");

    public static Option<int?> MaxEventCount(string otherwise) => CommonOptions.Number(
        "--max-events", 1, MaxEvents, $"How many events to wait for, 1 to {MaxEvents}. Default: {otherwise}.", "N");

    public static Option<int?> TimeLimit(string what, string otherwise) => CommonOptions.Number(
        "--time-limit", 1, MaxSeconds, $"{what}, in seconds, 1 to {MaxSeconds}. Default: {otherwise}.", "SECONDS");

    private static Option<int?> Handle(string name, string description, bool isRequired)
    {
        Option<int?> option = CommonOptions.Number(name, int.MinValue, int.MaxValue, description, "N");
        option.Required = isRequired;
        return option;
    }
}
