using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>
/// A connection that can be held up, cut, and told to go away. It stands between the socket and HTTP/2, and passes everything on as long as nothing is wrong.
/// </summary>
internal sealed class FaultyConnection : IDuplexPipe
{
    private readonly ConnectionContext _connection;
    private readonly FaultyWriter _output;

    public FaultyConnection(ConnectionContext connection, BlackHole blackHole)
    {
        _connection = connection;
        Input = new FaultyReader(connection.Transport.Input, blackHole, connection.ConnectionClosed);
        _output = new FaultyWriter(connection.Transport.Output, blackHole, connection.ConnectionClosed);
    }

    public PipeReader Input { get; }

    public PipeWriter Output => _output;

    /// <summary>Cuts it now; what was not sent is lost.</summary>
    public void Cut() => _connection.Abort(new ConnectionAbortedException("the connection is cut on command"));

    /// <summary>Cuts it in the middle of the next DATA frame that is sent.</summary>
    public void CutInFrame() => _output.CutInFrame();

    /// <summary>Sends GOAWAY: the calls that run go on, and the connection is closed after the last one.</summary>
    public void GoAway() => _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    private sealed class FaultyReader(PipeReader inner, BlackHole blackHole, CancellationToken closed) : PipeReader
    {
        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            ReadResult read = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            await blackHole.PassAsync(closed).ConfigureAwait(false);
            return read;
        }

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return !blackHole.IsOn && inner.TryRead(out result);
        }
    }

    /// <summary>HTTP/2 writes whole frames between two flushes, from one thread at a time.</summary>
    private sealed class FaultyWriter(PipeWriter inner, BlackHole blackHole, CancellationToken closed) : PipeWriter
    {
        private const int HeaderSize = 9;

        private volatile bool _cutInFrame;
        private ArrayBufferWriter<byte>? _frames;
        private bool _isFlushed = true;
        private bool _isCut;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => _frames?.WrittenCount ?? inner.UnflushedBytes;

        public void CutInFrame() => _cutInFrame = true;

        public override Memory<byte> GetMemory(int sizeHint = 0) => Target().GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => Target().GetSpan(sizeHint);

        public override void Advance(int bytes)
        {
            if (_frames is null)
                inner.Advance(bytes);
            else
                _frames.Advance(bytes);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            _isFlushed = true;
            return _frames is null && !blackHole.IsOn ? inner.FlushAsync(cancellationToken) : FlushSlowlyAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            if (!_isCut)
                inner.Complete(exception);
        }

        // Where a frame is to be cut, what is written is kept back until the flush; between two flushes surely a frame begins.
        private IBufferWriter<byte> Target()
        {
            if (_isFlushed && _frames is null && _cutInFrame)
                _frames = new ArrayBufferWriter<byte>();
            _isFlushed = false;
            return _frames is null ? inner : _frames;
        }

        private async ValueTask<FlushResult> FlushSlowlyAsync(CancellationToken cancellationToken)
        {
            await blackHole.PassAsync(closed).ConfigureAwait(false);
            if (_frames is null)
                return await inner.FlushAsync(cancellationToken).ConfigureAwait(false);

            int cut = _isCut ? 0 : MiddleOfData(_frames.WrittenSpan);
            if (!_isCut)
                inner.Write(_frames.WrittenSpan[..(cut < 0 ? _frames.WrittenCount : cut)]);
            _frames.Clear();
            if (cut < 0)
                return await inner.FlushAsync(cancellationToken).ConfigureAwait(false);

            // The socket sends what it has and closes. An abort would be faster than the bytes.
            if (!_isCut)
            {
                _isCut = true;
                await inner.CompleteAsync().ConfigureAwait(false);
            }

            return new FlushResult(isCanceled: false, isCompleted: true);
        }

        /// <summary>The place in the middle of the first DATA frame that has a middle; -1 where there is none.</summary>
        private static int MiddleOfData(ReadOnlySpan<byte> frames)
        {
            for (int start = 0; start + HeaderSize <= frames.Length;)
            {
                int length = (frames[start] << 16) | (frames[start + 1] << 8) | frames[start + 2];
                if (frames[start + 3] == 0 && length >= 2)
                    return start + HeaderSize + (length / 2);
                start += HeaderSize + length;
            }

            return -1;
        }
    }
}
