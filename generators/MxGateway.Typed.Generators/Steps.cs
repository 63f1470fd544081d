namespace MxGateway.Typed.Generators;

/// <summary>The names of the generator's steps, by which a test asks what ran again.</summary>
internal static class Steps
{
    /// <summary>The snapshot files of the project, with what their items say.</summary>
    public const string Files = nameof(Files);

    /// <summary>What a snapshot becomes and what there is to say of it: read and planned once, for both of the steps below.</summary>
    public const string Snapshots = nameof(Snapshots);

    /// <summary>What a snapshot says, as models of what is emitted, wherever in the file it stands.</summary>
    public const string Plants = nameof(Plants);

    /// <summary>What there is to say of a snapshot, each at its place in the file.</summary>
    public const string Problems = nameof(Problems);

    /// <summary>The classes of templates and of objects that differ from theirs.</summary>
    public const string Objects = nameof(Objects);

    /// <summary>The classes of attributes with members, and of groups.</summary>
    public const string Shapes = nameof(Shapes);

    /// <summary>The plants' own classes.</summary>
    public const string Roots = nameof(Roots);

    /// <summary>The tables of objects.</summary>
    public const string Tables = nameof(Tables);
}
