using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MxGateway.Typed.TestSupport;

/// <summary>How a <see cref="ProcessRun"/> is started.</summary>
public sealed record ProcessRunOptions
{
    /// <summary>Variables that the program gets beside the test's own; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The program's working folder; the test's own by default.</summary>
    public string Folder { get; init; } = "";

    /// <summary>What the program reads from its standard input, which then ends.</summary>
    public string Input { get; init; } = "";

    /// <summary>Leaves the standard input open until <see cref="ProcessRun.CloseInput"/>.</summary>
    public bool KeepInputOpen { get; init; }

    /// <summary>How long the program may run, all in all. A program that runs longer fails the test that waits for it, with all that it said.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>How a program ended and what it said; lines end in <c>\n</c>.</summary>
public sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    /// <summary>All of it, for a test's message.</summary>
    public override string ToString() => $"exit code {ExitCode}\n--- output\n{Output}--- error\n{Error}---";
}

/// <summary>
/// A program as a test runs it. <c>await ProcessRun.RunAsync("dotnet", ["x.dll", "version"])</c> runs one to its end;
/// <see cref="Start"/>, <see cref="LineAsync"/>, <see cref="Interrupt"/> and <see cref="ExitAsync"/> are for one that has to be stopped.
/// Disposal ends the program and what it started, whatever happened in the test.
/// </summary>
public sealed class ProcessRun : IAsyncDisposable
{
    private const int SigInt = 2;

    /// <summary>
    /// A shell without job control starts what runs in the background with SIGINT ignored, and every program below inherits that.
    /// So that a test can press Ctrl+C there too, coreutils' env gives the program the signal back.
    /// </summary>
    private static readonly string[] s_restoreInterrupt =
        OperatingSystem.IsLinux() && InterruptIsIgnored() ? ["/usr/bin/env", "--default-signal=INT"] : [];

    private readonly Process _process;
    private readonly CancellationTokenSource _limit;
    private readonly ProcessRunOptions _options;
    private readonly ProcessOutput _output, _error;

    private ProcessRun(Process process, ProcessRunOptions options)
    {
        _process = process;
        _options = options;
        _output = new ProcessOutput(process.StandardOutput);
        _error = new ProcessOutput(process.StandardError);
        _limit = new CancellationTokenSource(options.TimeLimit);
    }

    /// <summary>All that the program said on its standard error so far.</summary>
    public string Error => _error.Text;

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProcessResult> RunAsync(string program, IEnumerable<string> arguments, ProcessRunOptions? options = null)
    {
        await using ProcessRun run = Start(program, arguments, options);
        return await run.ExitAsync();
    }

    /// <summary>Starts a program.</summary>
    public static ProcessRun Start(string program, IEnumerable<string> arguments, ProcessRunOptions? options = null)
    {
        options ??= new ProcessRunOptions();
        string[] command = [.. s_restoreInterrupt, program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = options.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in options.Environment)
            start.Environment[name] = value;

        var run = new ProcessRun(Process.Start(start)!, options);
        run.WriteInput(options.Input);
        if (!options.KeepInputOpen)
            run.CloseInput();
        return run;
    }

    /// <summary>The first line of output, said already or still to come, that matches.</summary>
    /// <param name="what">What is waited for; part of the message when it does not come.</param>
    /// <param name="matches">Whether a line is the one.</param>
    public async Task<string> LineAsync(string what, Func<string, bool> matches)
    {
        try
        {
            return await _output.LineAsync(matches, _limit.Token)
                ?? throw new InvalidOperationException($"the program ended without {what}: {await ExitAsync()}");
        }
        catch (OperationCanceledException) when (_limit.IsCancellationRequested)
        {
            throw LimitPassed(what);
        }
    }

    /// <summary>Writes a line to the program's standard input.</summary>
    public void Say(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Ends the program as a crash does, with what it started, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(_limit.Token);
    }

    /// <summary>Ends the program's standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Stops reading the program's standard output, as <c>| head</c> does when it has enough.</summary>
    public void CloseOutput() => _output.Close();

    /// <summary>What Ctrl+C does: SIGINT, to the program alone and not to what it started. Not on Windows.</summary>
    public void Interrupt()
    {
        if (Kill(_process.Id, SigInt) != 0)
            throw new InvalidOperationException($"SIGINT did not reach process {_process.Id}: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Waits for the program's end.</summary>
    public async Task<ProcessResult> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(_limit.Token);
            await Task.WhenAll(_output.Read, _error.Read).WaitAsync(_limit.Token);
            return new ProcessResult(_process.ExitCode, _output.Text, _error.Text);
        }
        catch (OperationCanceledException) when (_limit.IsCancellationRequested)
        {
            throw LimitPassed("its end");
        }
    }

    /// <summary>Ends the program, where it still runs, and all that it started.</summary>
    public async ValueTask DisposeAsync()
    {
        // A failing test must not leave a program behind; one that ended by itself is not touched.
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _limit.Dispose();
        _process.Dispose();
    }

    private void WriteInput(string input)
    {
        try
        {
            _process.StandardInput.Write(input);
        }
        catch (IOException)
        {
            // A program may end without having read its input; how it ended is for the test to judge.
        }
    }

    private TimeoutException LimitPassed(string what) =>
        new($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}: waited {_options.TimeLimit.TotalSeconds:0} s in vain for {what}"
            + $"\n--- output\n{_output.Text}--- error\n{_error.Text}---");

    private static bool InterruptIsIgnored()
    {
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
        return (Convert.ToUInt64(mask, 16) & (1UL << (SigInt - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
