using System.Text;

namespace MxGateway.Typed.TestSupport;

/// <summary>What a program says, line by line, as it says it.</summary>
internal sealed class ProcessOutput
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = NewSignal();
    private readonly StreamReader _reader;
    private volatile bool _closed;
    private bool _ended;

    public ProcessOutput(StreamReader reader)
    {
        _reader = reader;
        Read = ReadAsync();
    }

    /// <summary>Ends with the output.</summary>
    public Task Read { get; }

    public string Text
    {
        get
        {
            lock (_lock)
                return _lines.Aggregate(new StringBuilder(), (text, line) => text.Append(line).Append('\n')).ToString();
        }
    }

    /// <summary>Reads no more of it, and lets the program know.</summary>
    public void Close()
    {
        _closed = true;
        _reader.BaseStream.Dispose();
    }

    /// <summary>The first line that matches; null when the output ended without it.</summary>
    public async Task<string?> LineAsync(Func<string, bool> matches, CancellationToken cancellationToken)
    {
        for (int next = 0; ;)
        {
            Task more;
            lock (_lock)
            {
                for (; next < _lines.Count; next++)
                    if (matches(_lines[next]))
                        return _lines[next];
                if (_ended)
                    return null;
                more = _more.Task;
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    private async Task ReadAsync()
    {
        string? line;
        do
        {
            line = await NextAsync().ConfigureAwait(false);
            TaskCompletionSource signal;
            lock (_lock)
            {
                if (line is null)
                    _ended = true;
                else
                    _lines.Add(line);
                signal = _more;
                _more = NewSignal();
            }

            signal.SetResult();
        }
        while (line is not null);
    }

    private async Task<string?> NextAsync()
    {
        try
        {
            return await _reader.ReadLineAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (_closed && e is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
