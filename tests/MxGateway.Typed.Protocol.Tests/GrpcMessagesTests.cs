using System.Buffers;
using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Protocol.Tests;

/// <summary>Messages that claim more than they have.</summary>
public class GrpcMessagesTests
{
    // The longest array of bytes that there can be: its length and a place that comes after some text overflow.
    private static readonly byte[] s_longestArray = [0xC7, 0xFF, 0xFF, 0xFF, 0x07];

    [Fact]
    public void A_length_that_overflows_allocates_nothing_and_is_told()
    {
        // The tag, without the length and the one value.
        byte[] tag = new BrowseChildrenReply { ChildHasChildren = { true } }.ToByteArray()[..^2];
        byte[] message = [.. new BrowseChildrenReply { NextPageToken = new string('x', 100) }.ToByteArray(), .. tag, .. s_longestArray, 1, 1];

        long before = GC.GetAllocatedBytesForCurrentThread();
        GrpcFramingException e = Assert.Throws<GrpcFramingException>(() => GrpcMessages.Parse(BrowseChildrenReply.Parser, new ReadOnlySequence<byte>(message)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        Assert.Equal(GrpcStatusCode.Internal, e.Code);
        Assert.Contains("BrowseChildrenReply", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_that_overflows_is_found_in_a_message_within_the_message()
    {
        byte[] inner = [.. new MxValue { StringValue = new string('x', 100) }.ToByteArray(), .. new MxValue { ArrayValue = new MxArray() }.ToByteArray()[..^1], .. s_longestArray];
        byte[] tag = new MxEvent { Value = new MxValue() }.ToByteArray()[..^1];
        byte[] message = [.. tag, (byte)inner.Length, .. inner];
        Assert.Throws<GrpcFramingException>(() => GrpcMessages.Parse(MxEvent.Parser, new ReadOnlySequence<byte>(message)));
    }

    [Fact]
    public void Messages_within_one_another_are_followed_only_so_deep()
    {
        byte[] value = new MxSparseElement { Value = new MxValue() }.ToByteArray()[..^1];
        byte[] sparse = new MxValue { SparseArrayValue = new MxSparseArray() }.ToByteArray()[..^1];
        byte[] element = new MxSparseArray { Elements = { new MxSparseElement() } }.ToByteArray()[..^1];
        byte[] message = [];
        for (int depth = 0; depth < 3_000; depth++)
            message = Within(value, Within(sparse, Within(element, message)));
        Assert.Throws<GrpcFramingException>(() => GrpcMessages.Parse(MxSparseElement.Parser, new ReadOnlySequence<byte>([.. message, .. s_longestArray])));

        static byte[] Within(byte[] tag, byte[] message)
        {
            using var written = new MemoryStream();
            var output = new CodedOutputStream(written);
            output.WriteBytes(ByteString.CopyFrom(message));
            output.Flush();
            return [.. tag, .. written.ToArray()];
        }
    }

    [Fact]
    public void What_only_looks_like_such_a_length_is_taken()
    {
        var looks = new MxEvent
        {
            ItemHandle = -1,
            Value = new MxValue { RawValue = ByteString.CopyFrom([.. s_longestArray, 0xFF, 0x07, 0xF8, 0x17]) },
            Statuses = { new MxStatusProxy { Success = -1, Detail = 0x7FFFFFFF } },
            WorkerSequence = 0x7FFFFFFF,
            SourceTimestamp = new() { Seconds = -1, Nanos = 0x7FFFFFFF },
        };
        Assert.Equal(looks, GrpcMessages.Parse(MxEvent.Parser, new ReadOnlySequence<byte>(looks.ToByteArray())));
    }
}
