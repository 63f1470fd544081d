namespace MxGateway.Typed.Cli;

/// <summary>Files that are named on the command line.</summary>
internal static class Files
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is to the person who named it, such as "the snapshot".</param>
    /// <exception cref="CommandException">There is no such file, or it cannot be read.</exception>
    public static byte[] ReadAll(string path, string what) => Read(path, what, () => File.ReadAllBytes(path));

    /// <summary>Reads a file that should be short. It need not be a file on a disk: a pipe that a shell made is one too.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">How long it may be.</param>
    /// <param name="what">What it is to the person who named it.</param>
    /// <returns>Its bytes; null where it is longer.</returns>
    /// <exception cref="CommandException">There is no such file, or it cannot be read.</exception>
    public static byte[]? ReadAtMost(string path, int bytes, string what) => Read(path, what, () =>
    {
        using FileStream stream = File.OpenRead(path);
        byte[] buffer = new byte[bytes + 1];
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return read > bytes ? null : buffer[..read];
    });

    /// <summary>Whether an exception is about a file, and not a defect of the tool.</summary>
    public static bool IsFileProblem(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException;

    /// <summary>What a file problem is, in words without the name of a file that nobody gave.</summary>
    public static string Why(Exception e) => e is UnauthorizedAccessException ? "this user lacks the permission" : e.Message.TrimEnd('.');

    private static T Read<T>(string path, string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"{what} {path} does not exist; check the name", e);
        }
        catch (Exception e) when (IsFileProblem(e))
        {
            throw new CommandException(Directory.Exists(path) ? $"{what} {path} is a folder; name a file" : $"{what} {path} cannot be read: {Why(e)}", e);
        }
    }
}
