namespace MxGateway.Typed.Simulator.Plant;

/// <summary>What all values of a simulated plant come from: the same origin gives the same plant.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Start">When the plant started.</param>
internal sealed record PlantOrigin(int Seed, DateTimeOffset Start);
