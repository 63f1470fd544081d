using System.Buffers;
using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Protocol.Tests;

/// <summary>What scripts of HTTP/2 servers have in common, and the calls that they answer.</summary>
internal static class Script
{
    public static readonly OpenSessionReply Reply = new() { SessionId = "session-1" };

    /// <summary>A server that takes one request per connection, does what the script says, and then keeps the connection open.</summary>
    public static ScriptedHttp2Server Server(Func<ScriptedHttp2Connection, int, Task> answer) => new(async connection =>
    {
        await answer(connection, await connection.RequestAsync());
        await connection.HoldAsync();
    });

    /// <summary>Answers whatever is asked, well, until the test is over.</summary>
    public static async Task AnswerAllAsync(this ScriptedHttp2Connection connection)
    {
        while (true)
            await connection.AnswerAsync(await connection.RequestAsync());
    }

    public static async Task AnswerAsync(this ScriptedHttp2Connection connection, int stream)
    {
        await connection.AcceptAsync(stream);
        await connection.DataAsync(stream, Frame(Reply));
        await connection.HeadersAsync(stream, true, ("grpc-status", "0"));
    }

    /// <summary>Keeps the connection open until the client leaves or the test is over.</summary>
    public static async Task HoldAsync(this ScriptedHttp2Connection connection)
    {
        while (true)
            await connection.RequestAsync();
    }

    public static byte[] Frame(IMessage message)
    {
        var writer = new ArrayBufferWriter<byte>();
        GrpcFraming.Write(writer, message);
        return writer.WrittenSpan.ToArray();
    }

    public static Task<OpenSessionReply> CallAsync(this IGrpcTransport transport) => transport.CallAsync(GatewayMethods.OpenSession, new OpenSessionRequest(), default, default);

    public static IGrpcStream<MxEvent> Events(this IGrpcTransport transport) => transport.Stream(GatewayMethods.StreamEvents, new StreamEventsRequest(), default);

    /// <summary>How a call to a server fails.</summary>
    public static async Task<GrpcException> FailureAsync(ScriptedHttp2Server server)
    {
        await using GrpcHttp2Transport transport = Answers.Transport(server.Endpoint);
        return await Assert.ThrowsAsync<GrpcException>(() => transport.CallAsync());
    }
}
