namespace MxGateway.Typed.Cli;

/// <summary>Files that are named on the command line.</summary>
internal static class Files
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is to the person who named it, such as "the snapshot".</param>
    /// <exception cref="CommandException">There is no such file, or it cannot be read.</exception>
    public static byte[] ReadAll(string path, string what)
    {
        try
        {
            return File.ReadAllBytes(path);
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

    /// <summary>Whether an exception is about a file, and not a defect of the tool.</summary>
    public static bool IsFileProblem(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException;

    /// <summary>What a file problem is, in words without the name of a file that nobody gave.</summary>
    public static string Why(Exception e) => e is UnauthorizedAccessException ? "this user lacks the permission" : e.Message.TrimEnd('.');
}
