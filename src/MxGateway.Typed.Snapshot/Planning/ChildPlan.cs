namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>A member that is an object, while it is planned.</summary>
internal sealed class ChildPlan(string name, string? keptName, int slot)
{
    public string Name => name;

    public string? KeptName => keptName;

    public int Slot => slot;

    /// <summary>The member's name in C#; empty until given.</summary>
    public string Identifier { get; set; } = "";

    /// <summary>The child's class; null where nothing more is known than that it is an object.</summary>
    public ClassPlan? Class { get; set; }

    /// <summary>The template that a template's child has, as the snapshot says.</summary>
    public string? Template { get; init; }

    /// <summary>The row of the one object that it is; -1 for a template's child.</summary>
    public int Row { get; init; } = -1;

    public bool Hides { get; init; }
}
