using System.Text;

namespace MxGateway.Typed.Cli;

/// <summary>A file that holds an API key and nothing else, such as a secret that a container or a build agent is given.</summary>
internal static class ApiKeyFile
{
    /// <summary>How long such a file may be, in bytes; a gateway takes no key of that length in a header.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Reads the key. No message shows what the file holds.</summary>
    /// <param name="path">The file; blanks and line ends around the key do not count.</param>
    /// <exception cref="CommandException">There is no such file, it cannot be read, or it is longer than <see cref="MaxBytes"/>.</exception>
    public static string Read(string path)
    {
        byte[] bytes = Files.ReadAtMost(path, MaxBytes, "the API key file")
            ?? throw new CommandException($"the API key file {path} is longer than {MaxBytes} bytes; name a file that holds one key and nothing else");

        // Windows PowerShell writes UTF-16 with its mark where a command's output goes into a file.
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd().Trim();
    }
}
