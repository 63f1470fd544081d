using System.Buffers;
using Google.Protobuf;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>
/// Frames and messages in memory: whatever buffers they are scattered over, the same comes out as of one; and the text of headers, which is decoded or refused.
/// </summary>
internal sealed class Frames() : FuzzTarget("frames")
{
    public override Task PlayAsync(FuzzInput input)
    {
        if (input.First("header") is { } header)
        {
            string text = GrpcHeaders.DecodeMessage(header.Text);
            if (GrpcHeaders.DecodeMessage(GrpcHeaders.EncodeMessage(text)) != text)
                throw new FuzzException("a status message is not what it was after it was encoded and decoded");
            GrpcHeaders.TryDecodeTimeout(header.Text, out _);
            return Task.CompletedTask;
        }

        var method = GatewayMethod.Of(input.First("method")!.Name);
        string whole = Read(method, new ReadOnlySequence<byte>(input.Bytes("data")));
        string scattered = Read(method, Scattered([.. input.All("data").Select(step => step.Data)]));
        return whole == scattered ? Task.CompletedTask : throw new FuzzException($"in one buffer: {whole}; in several: {scattered}");
    }

    protected override IEnumerable<FuzzStep> Steps(Random random)
    {
        if (random.Next(5) == 0)
        {
            yield return new FuzzStep("header", "", Mutations.Spoil(random, [.. "100% of%20%E2%82%AC 99999999H"u8]));
            yield break;
        }

        var method = GatewayMethod.Pick(random);
        yield return new FuzzStep("method", method.FullName);
        foreach (byte[] piece in Mutations.Cut(random, HostileBody.Make(random, new MessageGenerator(random), method.Reply, random.Next(1, 4))))
            yield return new FuzzStep("data", "", piece);
    }

    /// <summary>A buffer of several pieces.</summary>
    public static ReadOnlySequence<byte> Scattered(IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 0)
            return default;
        var first = new Segment(pieces[0], null);
        Segment last = first;
        foreach (byte[] piece in pieces.Skip(1))
            last = new Segment(piece, last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>All that comes out of a buffer, in words: messages, then what was left or what was wrong.</summary>
    private static string Read(GatewayMethod method, ReadOnlySequence<byte> buffer)
    {
        var read = new List<string>();
        try
        {
            while (GrpcFraming.TryRead(ref buffer, GrpcFraming.DefaultMaxMessageSize, out GrpcFrame frame))
                read.Add(frame.IsCompressed ? $"compressed {frame.Payload.Length}" : Convert.ToHexString(method.ParseReply(frame.Payload).ToByteArray()));
            read.Add($"{buffer.Length} left");
        }
        catch (GrpcFramingException e)
        {
            // Which of several faults of a message is told may depend on how far it could be looked ahead.
            read.Add(e.Code.ToString());
        }

        return string.Join(", ", read);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
