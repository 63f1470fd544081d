using System.Net;
using System.Net.Sockets;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Fuzz.Wire;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>
/// The client's end of the connection: a server that answers with bytes which are HTTP/2 up to a point, and then closes.
/// Whatever they are, the call ends, and its failure is a <see cref="GrpcException"/>.
/// </summary>
internal sealed class ClientBytes() : FuzzTarget("client-bytes")
{
    public override int Parallelism => 8;

    public override async Task PlayAsync(FuzzInput input)
    {
        var method = GatewayMethod.Of(input.First("method")!.Name);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        Task serving = ServeAsync(listener, input, stop.Token);
        try
        {
            await using var transport = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = new Uri($"http://{listener.LocalEndpoint}") });
            await method.CallAsync(transport, default, []);
        }
        catch (GrpcException e) when (e.Code != GrpcStatusCode.OK)
        {
            // A typed error is all that is asked for, but where nothing was disturbed.
            if (input.First("sound") is not null)
                throw new FuzzException("a sound answer was refused", e);
        }
        finally
        {
            await stop.CancelAsync();
            await serving;
        }
    }

    protected override IEnumerable<FuzzStep> Steps(Random random)
    {
        var method = GatewayMethod.Pick(random);
        yield return new FuzzStep("method", method.FullName);
        bool isSound = random.Next(20) == 0;
        if (isSound)
            yield return new FuzzStep("sound");

        byte[] body = HostileBody.MakeSmall(new MessageGenerator(random), method.Reply);
        int cut = random.Next(body.Length);
        byte[][] frames =
        [
            Http2Bytes.Frame(Http2Bytes.Settings, 0, 0, !isSound && random.Next(3) == 0 ? [0, (byte)random.Next(8), .. Mutations.BigEndian((uint)random.Next())] : []),
            Http2Bytes.Frame(Http2Bytes.Settings, Http2Bytes.Acknowledge, 0),
            Http2Bytes.Frame(Http2Bytes.Headers, Http2Bytes.EndHeaders, 1, Http2Bytes.HeaderBlock(isSound ? [(":status", "200"), ("content-type", GrpcHeaders.ContentType)] : Headers(random))),
            Http2Bytes.Frame(Http2Bytes.Data, 0, 1, body[..cut]),
            Http2Bytes.Frame(Http2Bytes.Data, 0, 1, body[cut..]),
            Http2Bytes.Frame(Http2Bytes.Headers, Http2Bytes.EndHeaders | Http2Bytes.EndStream, 1, Http2Bytes.HeaderBlock((GrpcHeaders.Status, "0"), isSound ? ("x-more", "1") : Header(random))),
        ];
        foreach (byte[] bytes in isSound ? frames : random.Next(20) == 0 ? [Mutations.RandomBytes(random, 200)] : HostileHttp2.Disturb(random, frames))
            yield return new FuzzStep("data", "", bytes);
    }

    private static IEnumerable<(string, string)> Headers(Random random)
    {
        yield return (":status", random.Next(10) == 0 ? "103" : "200");
        yield return ("content-type", GrpcHeaders.ContentType);
        for (int left = random.Next(3); left > 0; left--)
            yield return Header(random);
    }

    private static (string Name, string Value) Header(Random random)
    {
        string[] names = [GrpcHeaders.Status, GrpcHeaders.Message, GrpcHeaders.Encoding, "content-length", "content-type", "content-encoding", "transfer-encoding", "date", "x", "X-Upper", "", ":status", "a b"];
        string[] values = ["0", "14", "", "-1", "999999999999999999999", "gzip", "\0", "\r\n", "\u00FF\u00FE", "%ff", new('h', 5_000)];
        return (names[random.Next(names.Length)], values[random.Next(values.Length)]);
    }

    private static async Task ServeAsync(TcpListener listener, FuzzInput input, CancellationToken stop)
    {
        try
        {
            // The call may be made again on a new connection, as HTTP/2 allows where nothing was answered.
            while (true)
            {
                using Socket socket = await listener.AcceptSocketAsync(stop);
                await AnswerAsync(socket, input, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The call has ended.
        }
    }

    private static bool IsEndOfRequest((byte Type, byte Flags, int Stream) frame) => frame.Type is Http2Bytes.Data or Http2Bytes.Headers && (frame.Flags & Http2Bytes.EndStream) != 0;

    private static async Task AnswerAsync(Socket socket, FuzzInput input, CancellationToken stop)
    {
        try
        {
            // An answer before the request would be refused whatever it is.
            byte[] request = new byte[8_192];
            int received = 0;
            while (!Http2Bytes.Heads(request.AsSpan(Math.Min(Http2Bytes.Preface.Length, received)..received)).Any(IsEndOfRequest))
                received += await socket.ReceiveAsync(request.AsMemory(received), stop) is > 0 and int more ? more : throw new SocketException((int)SocketError.ConnectionReset);
            foreach (FuzzStep step in input.All("data"))
                await socket.SendAsync(step.Data, stop);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(request, stop) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The client has closed the connection.
        }
    }
}
