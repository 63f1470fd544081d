using System.Text;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>The API key in a file: it is taken, and whatever is wrong with it is said without showing what the file holds.</summary>
public sealed class ApiKeyFileTests : IDisposable
{
    private const string Secret = "topsecret";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData("", "\n")]
    [InlineData("\n  ", "\t\r\n")]
    public Task A_key_alone_in_its_file_is_taken(string before, string after) =>
        IsTakenAsync(Encoding.ASCII.GetBytes(before + HierarchyServer.Key + after));

    [Fact]
    public Task A_file_as_Windows_PowerShell_writes_it_is_taken() =>
        IsTakenAsync([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(HierarchyServer.Key + "\r\n")]);

    [Fact]
    public Task A_file_of_the_greatest_length_is_taken() =>
        IsTakenAsync(Encoding.ASCII.GetBytes(HierarchyServer.Key.PadRight(ApiKeyFile.MaxBytes, '\n')));

    [Theory]
    [InlineData("", ExitCodes.WrongUsage)]
    [InlineData("\n", ExitCodes.WrongUsage)]
    [InlineData($"mxgw_one_{Secret}\nmxgw_two_{Secret}\n", ExitCodes.WrongUsage)]
    [InlineData($"KEY={Secret} # the plant's", ExitCodes.WrongUsage)]
    [InlineData($"{Secret}ü", ExitCodes.WrongUsage)]
    public Task A_file_that_holds_no_key_is_refused(string text, int exitCode) =>
        IsRefusedAsync(_folder.Write("key", text), exitCode, $"the file {_folder["key"]} holds no API key");

    [Fact]
    public Task A_file_that_is_too_long_is_refused() =>
        IsRefusedAsync(_folder.Write("key", Secret.PadRight(ApiKeyFile.MaxBytes + 1)), ExitCodes.Failed, $"is longer than {ApiKeyFile.MaxBytes} bytes");

    [Fact]
    public Task A_file_without_an_end_is_refused() =>
        OperatingSystem.IsWindows() ? Task.CompletedTask : IsRefusedAsync("/dev/zero", ExitCodes.Failed, $"is longer than {ApiKeyFile.MaxBytes} bytes");

    [Fact]
    public Task A_file_that_is_not_there_is_refused() =>
        IsRefusedAsync(_folder["key"], ExitCodes.Failed, $"the API key file {_folder["key"]} does not exist");

    [Fact]
    public Task A_folder_is_refused() => IsRefusedAsync(_folder.Path, ExitCodes.Failed, $"the API key file {_folder.Path} is a folder");

    private async Task IsTakenAsync(byte[] content)
    {
        File.WriteAllBytes(_folder["key"], content);
        await using HierarchyServer server = await HierarchyServer.StartAsync(Objects.Pumps(1));

        ProcessResult result = await Tool.RunAsync(
            ["export", "--endpoint", server.Endpoint, "--plaintext", "--api-key-file", _folder["key"], "--output", _folder["x.json"]]);

        Assert.True(result.ExitCode == ExitCodes.Done, result.ToString());
    }

    private async Task IsRefusedAsync(string file, int exitCode, string expected)
    {
        ProcessResult result = await Tool.RunAsync(
            ["export", "--endpoint", "localhost:5000", "--plaintext", "--api-key-file", file, "--output", _folder["x.json"]]);

        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error);
        Assert.DoesNotContain(Secret, result.Error);
        Assert.False(File.Exists(_folder["x.json"]));
    }
}
