namespace MxGateway.Typed.Cli;

/// <summary>
/// A file that is replaced as a whole or not at all: the new content is written beside it, brought to the disk, and moved over it.
/// A symbolic link stays one; what it points to is replaced.
/// </summary>
internal sealed class ReplacedFile
{
    private readonly string _target;

    private ReplacedFile(string path, string target, byte[]? content)
    {
        Path = path;
        _target = target;
        Content = content;
    }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>What it holds now; null where it does not exist yet.</summary>
    public byte[]? Content { get; }

    /// <summary>Looks at the file, and makes sure before any work is done that it can be replaced.</summary>
    /// <exception cref="CommandException">It cannot be replaced.</exception>
    public static ReplacedFile Open(string path)
    {
        if (Directory.Exists(path))
            throw new CommandException($"the output {path} is a folder; name a file");
        try
        {
            var file = new FileInfo(path);
            string target = (file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true)!).FullName;
            byte[]? content = File.Exists(target) ? Files.ReadAll(target, "the output") : null;
            if (content is not null && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
                throw new CommandException($"the output {path} is write-protected; allow writing to it, or name another file");
            EnsureFolderTakesFiles(target);
            return new ReplacedFile(path, target, content);
        }
        catch (Exception e) when (Files.IsFileProblem(e))
        {
            throw new CommandException($"the output {path} cannot be written: {Files.Why(e)}", e);
        }
    }

    /// <summary>Replaces the file's content. Where it is what the file holds already, the file is not touched.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="CommandException">It could not be written; the file is as it was.</exception>
    public bool Replace(ReadOnlySpan<byte> content)
    {
        if (Content is not null && content.SequenceEqual(Content))
            return false;

        string temporary = TemporaryBeside(_target);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(_target))
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(_target));
            File.Move(temporary, _target, overwrite: true);
            return true;
        }
        catch (Exception e)
        {
            Remove(temporary);
            if (Files.IsFileProblem(e))
                throw new CommandException($"the output {Path} could not be written and is as it was: {Files.Why(e)}", e);
            throw;
        }
    }

    private static void EnsureFolderTakesFiles(string target)
    {
        string folder = System.IO.Path.GetDirectoryName(target) ?? target;
        if (!Directory.Exists(folder))
            throw new CommandException($"the folder {folder} does not exist; create it, or name another file");
        try
        {
            using var probe = new FileStream(TemporaryBeside(target), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (Files.IsFileProblem(e))
        {
            throw new CommandException($"the folder {folder} takes no file: {Files.Why(e)}; allow writing to it, or name another file", e);
        }
    }

    private static string TemporaryBeside(string target) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(target)!, $".{System.IO.Path.GetRandomFileName()}.tmp");

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (Files.IsFileProblem(e))
        {
            // The failure that led here is the one to tell of.
        }
    }
}
