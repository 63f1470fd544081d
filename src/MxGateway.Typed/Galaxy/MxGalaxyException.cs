namespace MxGateway.Typed;

/// <summary>An object or attribute that is not what its template's class says. The message names it and says how to reach what is there.</summary>
/// <param name="message">What differs, and where.</param>
public sealed class MxGalaxyException(string message) : Exception(message);
