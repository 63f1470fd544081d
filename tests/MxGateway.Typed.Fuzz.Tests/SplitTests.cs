using System.Buffers;
using Google.Protobuf;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Fuzz.Targets;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Fuzz.Tests;

/// <summary>Each valid message of every kind, delivered in two pieces that meet at each of its bytes: the same comes out as of the whole.</summary>
public class SplitTests
{
    public static TheoryData<string> Methods => [.. GatewayMethod.All.Select(method => method.FullName)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_message_in_two_buffers_is_the_message(string name)
    {
        var method = GatewayMethod.Of(name);
        foreach (IMessage message in ExampleMessages.All(method.Reply))
        {
            byte[] frame = HostileBody.Frame(message);
            for (int at = 0; at <= frame.Length; at++)
            {
                ReadOnlySequence<byte> buffer = Frames.Scattered([frame[..at], frame[at..]]);
                Assert.True(GrpcFraming.TryRead(ref buffer, GrpcFraming.DefaultMaxMessageSize, out GrpcFrame read));
                Assert.Equal(message, method.ParseReply(read.Payload));
                ReadOnlySequence<byte> first = Frames.Scattered([frame[..at]]);
                Assert.Equal(at == frame.Length, GrpcFraming.TryRead(ref first, GrpcFraming.DefaultMaxMessageSize, out _));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task An_answer_in_two_writes_is_the_answer(string name)
    {
        await using ClientAnswers client = await ClientAnswers.StartAsync();
        var method = GatewayMethod.Of(name);
        await PlayAllAsync(client, ExampleMessages.All(method.Reply), pieces => client.Sound(method, pieces));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_request_in_two_writes_is_the_request(string name)
    {
        await using ServerRequests server = await ServerRequests.StartAsync();
        var method = GatewayMethod.Of(name);
        await PlayAllAsync(server, ExampleMessages.All(method.Request), pieces => server.Sound(method, pieces));
    }

    private static async Task PlayAllAsync(FuzzTarget target, IEnumerable<IMessage> messages, Func<byte[][], FuzzInput> input)
    {
        IEnumerable<FuzzInput> inputs =
            from message in messages.Distinct()
            let frame = HostileBody.Frame(message)
            from at in Enumerable.Range(1, frame.Length - 1)
            select input([frame[..at], frame[at..]]);
        await Parallel.ForEachAsync(inputs, new ParallelOptions { MaxDegreeOfParallelism = target.Parallelism }, async (one, _) => Assert.Null(await FuzzRunner.PlayAsync(target, one)));
        await target.CheckAsync();
    }
}
