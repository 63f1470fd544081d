namespace MxGateway.Typed.Simulator.Hosting;

/// <summary>The caller has left in the middle of its call: there is nobody to tell how it ended.</summary>
/// <param name="inner">How that was seen; null where the connection just said so.</param>
internal sealed class CallerLeftException(Exception? inner = null) : Exception("the caller has left", inner);
