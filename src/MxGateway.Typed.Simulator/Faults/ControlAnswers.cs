using System.Globalization;
using System.Text.Json.Nodes;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>What the control endpoint tells, as JSON.</summary>
internal static class ControlAnswers
{
    public static JsonObject WhatThereIs() => new()
    {
        ["faults"] = new JsonArray([.. FaultTable.All.Select(fault => new JsonObject
        {
            ["name"] = fault.Name,
            ["fields"] = new JsonArray([.. fault.Fields.Select(field => JsonValue.Create(field))]),
            ["does"] = fault.Says,
        })]),
        ["requests"] = new JsonArray("POST /faults/NAME", "GET /calls?after=N", "GET /counts", "GET /"),
    };

    public static JsonObject Counts(SimulatorCounts counts) => new()
    {
        ["sessions"] = counts.Sessions,
        ["streams"] = counts.Streams,
        ["items"] = counts.Items,
        ["advisedItems"] = counts.AdvisedItems,
        ["pendingCommands"] = counts.PendingCommands,
    };

    /// <summary>The calls that are kept, after the one of a number.</summary>
    public static JsonObject Calls(SimulatorCalls calls, string? after)
    {
        long number = 0;
        if (!string.IsNullOrEmpty(after) && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            throw new SimulatorFaultException("after must be the number of a call");
        return new JsonObject
        {
            ["count"] = calls.Count,
            ["calls"] = new JsonArray([.. calls.ToList(number).Select(Call)]),
        };
    }

    private static JsonObject Call(SimulatorCall call) => new()
    {
        ["number"] = call.Number,
        ["time"] = call.Time.UtcDateTime,
        ["method"] = call.Method,
        ["command"] = call.Command?.ToString(),
        ["session"] = call.SessionId,
        ["items"] = new JsonArray([.. call.Items.Select(item => JsonValue.Create(item))]),
        ["status"] = call.Refusal is null ? call.Status.ToString() : null,
        ["refusal"] = call.Refusal?.ToString(),
    };
}
