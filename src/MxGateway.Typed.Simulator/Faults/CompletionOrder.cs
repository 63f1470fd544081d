namespace MxGateway.Typed.Simulator;

/// <summary>When OnWriteComplete comes.</summary>
public enum CompletionOrder
{
    /// <summary>Before the data change.</summary>
    Before,

    /// <summary>After the data change.</summary>
    After,

    /// <summary>When it is released.</summary>
    Held,

    /// <summary>Never.</summary>
    Never,
}
