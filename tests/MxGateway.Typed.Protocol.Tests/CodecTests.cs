using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Protocol.Tests;

public sealed class CodecTests
{
    [Fact]
    public void A_message_comes_back_whole_however_the_bytes_are_cut() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<string[]>(), ArbMap.Default.ArbFor<PositiveInt>(),
            (texts, cut) =>
            {
                var written = new ArrayBufferWriter<byte>();
                MxValue[] messages = [.. texts.Select(text => new MxValue { StringValue = Valid(text) })];
                foreach (MxValue message in messages)
                    GrpcFraming.Write(written, message);

                ReadOnlySequence<byte> rest = Segments.Of(written.WrittenMemory, cut.Get);
                var read = new List<MxValue>();
                while (GrpcFraming.TryRead(ref rest, GrpcFraming.DefaultMaxMessageSize, out GrpcFrame frame))
                    read.Add(MxValue.Parser.ParseFrom(frame.Payload));
                return read.SequenceEqual(messages) && rest.IsEmpty;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_frame_asks_for_all_the_room_that_it_takes()
    {
        var writer = new RoomOnDemand();
        GrpcFraming.Write(writer, new MxValue { StringValue = new string('x', 100_000) });
        var rest = new ReadOnlySequence<byte>(writer.Written.WrittenMemory);
        Assert.True(GrpcFraming.TryRead(ref rest, GrpcFraming.DefaultMaxMessageSize, out GrpcFrame frame));
        Assert.Equal(100_000, MxValue.Parser.ParseFrom(frame.Payload).StringValue.Length);
    }

    [Fact]
    public void Half_a_frame_is_left_alone()
    {
        var written = new ArrayBufferWriter<byte>();
        GrpcFraming.Write(written, new MxValue { StringValue = "half" });
        for (int length = 0; length < written.WrittenCount; length++)
        {
            var buffer = new ReadOnlySequence<byte>(written.WrittenMemory[..length]);
            Assert.False(GrpcFraming.TryRead(ref buffer, 100, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    [Theory]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, GrpcStatusCode.Internal)]
    [InlineData(new byte[] { 0, 0, 0, 0, 11 }, GrpcStatusCode.ResourceExhausted)]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 }, GrpcStatusCode.ResourceExhausted)]
    public void A_wrong_header_is_refused(byte[] header, GrpcStatusCode code)
    {
        var buffer = new ReadOnlySequence<byte>(header);
        Assert.Equal(code, Assert.Throws<GrpcFramingException>(() => GrpcFraming.TryRead(ref buffer, 10, out _)).Code);
    }

    [Fact]
    public void Any_status_message_survives_percent_encoding_and_is_printable_on_the_way() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            string message = Valid(text);
            string encoded = GrpcHeaders.EncodeMessage(message);
            return encoded.All(c => c is >= ' ' and <= '~') && GrpcHeaders.DecodeMessage(encoded) == message;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%zz", "%zz")]
    [InlineData("%C3%BC", "ü")]
    [InlineData("ü", "ü")]
    [InlineData("%E2%82", "\uFFFD")]
    public void A_broken_escape_is_shown_as_it_came(string encoded, string shown) => Assert.Equal(shown, GrpcHeaders.DecodeMessage(encoded));

    [Fact]
    public void A_deadline_is_at_most_eight_digits_and_never_shorter_than_asked() =>
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), Gen.Choose(0, 30).ToArbitrary(), (count, shift) =>
        {
            TimeSpan timeout = TimeSpan.FromTicks((long)count.Get << shift);
            string header = GrpcHeaders.EncodeTimeout(timeout);
            return header.Length <= 9 && GrpcHeaders.TryDecodeTimeout(header, out TimeSpan read) && read >= timeout
                && read.Ticks <= timeout.Ticks + (timeout.Ticks / 100_000) + TimeSpan.TicksPerMicrosecond;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("30S", 30)]
    [InlineData("2M", 120)]
    [InlineData("1H", 3600)]
    [InlineData("1500m", 1.5)]
    public void A_deadline_is_read_in_every_unit(string header, double seconds)
    {
        Assert.True(GrpcHeaders.TryDecodeTimeout(header, out TimeSpan timeout));
        Assert.Equal(TimeSpan.FromSeconds(seconds), timeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("1x")]
    [InlineData("123456789S")]
    public void What_is_no_deadline_is_refused(string header) => Assert.False(GrpcHeaders.TryDecodeTimeout(header, out _));

    // Protobuf strings are UTF-8: a lone surrogate has no place in one.
    private static string Valid(string? text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text ?? ""));

    /// <summary>Gives just the room that is asked for, and none where nothing is: as a response of Kestrel's whose caller has left, which would never be full.</summary>
    private sealed class RoomOnDemand : IBufferWriter<byte>
    {
        public ArrayBufferWriter<byte> Written { get; } = new();

        public void Advance(int count) => Written.Advance(count);

        public Memory<byte> GetMemory(int sizeHint = 0) => sizeHint > 0 ? Written.GetMemory(sizeHint)[..sizeHint] : throw new InvalidOperationException("no room was asked for");

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }

    private sealed class Segments : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int size)
        {
            Segments first = new() { Memory = bytes[..Math.Min(size, bytes.Length)] };
            Segments last = first;
            for (int start = first.Memory.Length; start < bytes.Length; start += last.Memory.Length)
            {
                Segments next = new() { Memory = bytes.Slice(start, Math.Min(size, bytes.Length - start)), RunningIndex = start };
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
