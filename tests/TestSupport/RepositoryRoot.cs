namespace MxGateway.Typed.TestSupport;

/// <summary>Where the repository's files are, seen from a test.</summary>
public static class RepositoryRoot
{
    /// <summary>The repository's top folder.</summary>
    public static string Folder { get; } = Find();

    /// <summary>A file or folder below it.</summary>
    public static string PathTo(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MxGateway.Typed.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"no MxGateway.Typed.sln above {AppContext.BaseDirectory}");
    }
}
