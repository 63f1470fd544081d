namespace MxGateway.Typed.Cli;

/// <summary>What the process ends with. Scripts rely on these numbers.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed, or cancelled by Ctrl+C; the reason is on stderr.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage: nothing was tried.</summary>
    public const int WrongUsage = 2;

    /// <summary>A comparison found differences.</summary>
    public const int DifferencesFound = 3;

    /// <summary>A write was rejected: the value did not change by it.</summary>
    public const int WriteRejected = 4;

    /// <summary>Whether a write took effect is not known.</summary>
    public const int WriteUnknown = 5;
}
