using System.Runtime.InteropServices;
using System.Text;

namespace MxGateway.Typed.Cli;

/// <summary>
/// stdout of a pipe or a file. .NET's own says nothing when the reader of a pipe goes away, and a command would go on for nobody.
/// On Windows it is .NET's own: there a closed pipe is not noticed.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private const int Descriptor = 1, InterruptedCall = 4, TryAgain = 11, TryAgainOnMac = 35, BrokenPipe = 32;
    private const short Writable = 4;

    private readonly Stream? _windows = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>A writer to it; each write is passed on at once.</summary>
    public static TextWriter CreateWriter() =>
        TextWriter.Synchronized(new StreamWriter(new StandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

    /// <summary>Tells when the reader of a pipe goes away, also where nothing is written.</summary>
    /// <returns>Cancelled then.</returns>
    public static CancellationToken WatchReader()
    {
        if (OperatingSystem.IsWindows())
            return CancellationToken.None;
        var gone = new CancellationTokenSource();
        var watch = new Thread(() =>
        {
            // Asked for nothing, it waits for what is always told: an error, or that the other end is closed.
            while (Poll(events: 0) < 0)
                if (Marshal.GetLastPInvokeError() != InterruptedCall)
                    return;
            gone.Cancel();
        })
        {
            IsBackground = true,
            Name = "stdout",
        };
        watch.Start();
        return gone.Token;
    }

    /// <exception cref="OutputException">It cannot be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_windows is null)
        {
            while (!buffer.IsEmpty)
                buffer = buffer[WriteSome(buffer)..];
            return;
        }

        try
        {
            _windows.Write(buffer);
        }
        catch (IOException e)
        {
            throw new OutputException(e.Message.TrimEnd('.'), isClosed: false);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _windows?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static int WriteSome(ReadOnlySpan<byte> buffer)
    {
        nint written = Write(Descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
        if (written >= 0)
            return (int)written;
        int error = Marshal.GetLastPInvokeError();
        switch (error)
        {
            case InterruptedCall:
                return 0;
            case TryAgain or TryAgainOnMac:
                // Somebody who shares the pipe made it one that does not wait.
                Poll(Writable);
                return 0;
            default:
                throw new OutputException(Marshal.GetPInvokeErrorMessage(error), isClosed: error == BrokenPipe);
        }
    }

    private static int Poll(short events)
    {
        var stdout = new PollDescriptor { Descriptor = Descriptor, Events = events };
        return Poll(ref stdout, 1, timeout: -1);
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, ref byte buffer, nuint count);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll(ref PollDescriptor descriptors, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
