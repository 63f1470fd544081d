namespace MxGateway.Typed.Simulator.Faults;

/// <summary>A fault as the control endpoint knows it.</summary>
/// <param name="Name">Its name in the path.</param>
/// <param name="Fields">What it takes; a field that ends in ? may be left out.</param>
/// <param name="Says">What it does, in a few words.</param>
/// <param name="Make">Makes it.</param>
internal sealed record FaultDefinition(string Name, IReadOnlyList<string> Fields, string Says, Func<SimulatorFaults, FaultArguments, Task> Make)
{
    public FaultDefinition(string name, IReadOnlyList<string> fields, string says, Action<SimulatorFaults, FaultArguments> make)
        : this(name, fields, says, (faults, arguments) =>
        {
            make(faults, arguments);
            return Task.CompletedTask;
        })
    {
    }

    public bool Takes(string field) => Fields.Any(known => known.TrimEnd('?') == field);

    /// <summary>Such as <c>drop-session {session?}</c>.</summary>
    public override string ToString() => $"{Name} {{{string.Join(", ", Fields)}}}";
}

/// <summary>All faults that the control endpoint can make.</summary>
internal static class FaultTable
{
    private const double SecondsPerYear = 366 * 86_400.0;

    public static IReadOnlyList<FaultDefinition> All { get; } =
    [
        new("advance-clock", ["seconds"], "moves the simulator's clock ahead",
            static (faults, fields) => faults.AdvanceClock(TimeSpan.FromSeconds(fields.Number("seconds", 0.001, SecondsPerYear)))),
        new("clear", [], "ends every fault that is switched on", static (faults, _) => faults.Clear()),
    ];
}
