using Spectre.Console;

namespace MxGateway.Typed.Cli;

/// <summary>Told how far an export is.</summary>
internal interface IExportProgress
{
    /// <summary>A page has come.</summary>
    /// <param name="objects">How many objects there are so far.</param>
    /// <param name="total">How many there will be.</param>
    void Read(int objects, int total);

    /// <summary>Something that the person at the terminal should know.</summary>
    void Note(string message);
}

/// <summary>How an export shows how far it is, on stderr: a bar where someone looks at it, otherwise a line for every tenth.</summary>
internal static class ExportProgress
{
    /// <summary>Runs the work under a display that fits the console.</summary>
    public static Task<T> RunAsync<T>(CliConsole console, Func<IExportProgress, Task<T>> work) =>
        console.Terminal is not { } terminal
            ? work(new Lines(console.Error))
            : terminal.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(context => work(new Bar(terminal, context.AddTask("reading the hierarchy").IsIndeterminate())));

    private sealed class Bar(IAnsiConsole terminal, ProgressTask task) : IExportProgress
    {
        public void Read(int objects, int total)
        {
            task.IsIndeterminate = false;
            task.MaxValue = Math.Max(total, objects);
            task.Value = objects;
            task.Description = $"{objects} of {total} objects";
        }

        public void Note(string message) => terminal.WriteLine(message);
    }

    private sealed class Lines(TextWriter error) : IExportProgress
    {
        private int _tenths;

        public void Read(int objects, int total)
        {
            int tenths = total > 0 ? (int)(10L * objects / total) : 0;
            if (tenths > _tenths)
                error.WriteLine($"{objects} of {total} objects");
            _tenths = tenths;
        }

        public void Note(string message) => error.WriteLine(message);
    }
}
