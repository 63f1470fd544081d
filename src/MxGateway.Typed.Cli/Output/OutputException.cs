namespace MxGateway.Typed.Cli;

/// <summary>Ends a command whose results cannot be written: nobody reads stdout any more, as after <c>| head -1</c>, or the disk is full.</summary>
/// <param name="why">What the system says.</param>
/// <param name="isClosed">Whether the reader went away, which is no failure that anybody wants to read of.</param>
internal sealed class OutputException(string why, bool isClosed) : Exception($"stdout cannot be written: {why}")
{
    public bool IsClosed => isClosed;
}
