namespace MxGateway.Typed.Build.Tests;

/// <summary>A test that interrupts a process; skipped on Windows, which knows no signal that one process could send to another.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    /// <summary>Looks which system it is.</summary>
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows knows no signal that one process could send to another" : null;
}
