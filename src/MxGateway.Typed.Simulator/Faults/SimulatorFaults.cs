using MxGateway.Typed.Simulator.Faults;

namespace MxGateway.Typed.Simulator;

/// <summary>
/// Makes a simulator fail on command, as gateways, plants and networks do. What is switched on stays so until it is switched off, or <see cref="Clear"/>.
/// The control endpoint (<see cref="GatewaySimulatorOptions.ControlPort"/>) does the same over HTTP.
/// </summary>
public sealed class SimulatorFaults
{
    private readonly GatewaySimulator _simulator;
    private readonly SimulatorClock _clock;
    private readonly FaultSwitches _switches;

    internal SimulatorFaults(GatewaySimulator simulator, SimulatorClock clock, FaultSwitches switches)
    {
        _simulator = simulator;
        _clock = clock;
        _switches = switches;
    }

    /// <summary>Moves the simulator's clock ahead: leases, time-outs, deadlines and delays that end on the way have ended when this returns.</summary>
    /// <param name="by">How far; more than nothing.</param>
    /// <exception cref="SimulatorFaultException">The clock would be more than a hundred years ahead.</exception>
    public void AdvanceClock(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(by, TimeSpan.Zero);
        if (!_clock.Advance(by))
            throw new SimulatorFaultException($"the clock can be {SimulatorClock.MaxAhead.TotalDays:0} days ahead at most");
    }

    /// <summary>Ends what was switched on: nothing is wrong any more. A clock that was moved stays ahead, a session that was lost stays lost.</summary>
    public void Clear() => _switches.Clear();
}
