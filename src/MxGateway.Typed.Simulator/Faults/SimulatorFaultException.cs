namespace MxGateway.Typed.Simulator;

/// <summary>A fault that cannot be made: what it names is not there, or a value is out of bounds. The simulator is as it was.</summary>
/// <param name="message">What is wrong, and what there is.</param>
public sealed class SimulatorFaultException(string message) : Exception(message);
