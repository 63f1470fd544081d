using System.Net;
using System.Net.Sockets;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Fuzz.Wire;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>
/// The server's end of the connection: a client that sends bytes which are HTTP/2 up to a point, and then closes. Whatever they are, the simulator serves on.
/// </summary>
internal sealed class ServerBytes : FuzzTarget
{
    // How long the client waits for an answer before it closes, where there may be none.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(20);

    private readonly SimulatorUnderFire _simulator;

    private ServerBytes(SimulatorUnderFire simulator)
        : base("server-bytes") => _simulator = simulator;

    public override int Parallelism => 16;

    public static async Task<ServerBytes> StartAsync() => new(await SimulatorUnderFire.StartAsync());

    public override async Task PlayAsync(FuzzInput input)
    {
        SimulatorUnderFire.Session session = await _simulator.RentAsync();
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
            await SendAsync(socket, input, session);
        await _simulator.ReturnAsync(session);
        _simulator.ThrowIfFailed();
    }

    public override Task CheckAsync() => _simulator.CheckAsync();

    public override ValueTask DisposeAsync() => _simulator.DisposeAsync();

    protected override IEnumerable<FuzzStep> Steps(Random random)
    {
        // An OpenSession whose answer is not read would leave a session behind.
        GatewayMethod method;
        do
            method = GatewayMethod.Pick(random);
        while (method.FullName.EndsWith("/OpenSession", StringComparison.Ordinal));

        bool isSound = random.Next(20) == 0;
        if (isSound)
            yield return new FuzzStep("sound");

        byte[] body = isSound ? HostileBody.MakeSmall(new MessageGenerator(random), method.Request) : HostileBody.Make(random, new MessageGenerator(random), method.Request);
        int cut = random.Next(Math.Min(body.Length, 16_000) + 1);
        byte[] headers = Http2Bytes.HeaderBlock(Headers(random, method.FullName, isSound));
        byte[][] frames =
        [
            Http2Bytes.Preface,
            Http2Bytes.Frame(Http2Bytes.Settings, 0, 0, !isSound && random.Next(3) == 0 ? [0, (byte)random.Next(8), .. Mutations.BigEndian((uint)random.Next())] : []),
            Http2Bytes.Frame(Http2Bytes.Settings, Http2Bytes.Acknowledge, 0),
            Http2Bytes.Frame(Http2Bytes.Headers, Http2Bytes.EndHeaders, 1, headers),
            Http2Bytes.Frame(Http2Bytes.Data, 0, 1, body[..cut]),
            Http2Bytes.Frame(Http2Bytes.Data, Http2Bytes.EndStream, 1, body[cut..Math.Min(body.Length, cut + 16_000)]),
        ];
        foreach (byte[] bytes in isSound ? frames : random.Next(20) == 0 ? [Mutations.RandomBytes(random, 300)] : HostileHttp2.Disturb(random, frames))
            yield return new FuzzStep("data", "", bytes);
    }

    private static IEnumerable<(string, string)> Headers(Random random, string path, bool isSound)
    {
        string[] names = ["content-length", GrpcHeaders.Timeout, GrpcHeaders.Encoding, "te", "connection", "transfer-encoding", "host", "cookie", "X-Upper", "", ":path", ":status", "a b", "content-type"];
        string[] values = ["0", "5", "", "-1", "999999999999999999999", "gzip", "\0", "\r\n", "\u00FF\u00FE", "1n", "//", new('h', 20_000)];
        List<(string, string)> all =
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", GrpcHeaders.ContentType), ("te", "trailers"), (GrpcHeaders.Authorization, GrpcHeaders.Bearer + SimulatorUnderFire.Key),
        ];
        if (isSound)
            return all;
        for (int left = random.Next(3); left > 0; left--)
            all.Insert(random.Next(all.Count + 1), (names[random.Next(names.Length)], values[random.Next(values.Length)]));
        if (random.Next(10) == 0)
            all.RemoveAt(random.Next(all.Count));
        return all;
    }

    private async Task SendAsync(Socket socket, FuzzInput input, SimulatorUnderFire.Session session)
    {
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _simulator.Endpoint.Port);
            foreach (FuzzStep step in input.All("data"))
                await socket.SendAsync(SimulatorUnderFire.With(session, step.Data));
            await AnswerAsync(socket, input.First("sound") is not null);
            socket.Shutdown(SocketShutdown.Send);
            byte[] rest = new byte[4_096];
            while (await socket.ReceiveAsync(rest) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The simulator has closed the connection.
        }
    }

    /// <summary>
    /// Waits until the call is answered: for ever where the request is sound, else for a moment, because closing at once would keep the server from looking at
    /// it.
    /// </summary>
    private static async Task AnswerAsync(Socket socket, bool isSound)
    {
        using var patience = new CancellationTokenSource(isSound ? Timeout.InfiniteTimeSpan : s_moment);
        byte[] answer = new byte[64 * 1024];
        int received = 0;
        try
        {
            while (received < answer.Length && !Http2Bytes.Heads(answer.AsSpan(0, received)).Any(frame => frame is { Type: Http2Bytes.Headers or Http2Bytes.GoAway or Http2Bytes.Reset }))
            {
                int more = await socket.ReceiveAsync(answer.AsMemory(received), patience.Token);
                if (more == 0 && isSound)
                    throw new FuzzException("a sound request was not answered");
                if (more == 0)
                    return;
                received += more;
            }
        }
        catch (OperationCanceledException)
        {
            // A request that is not all there has no answer.
        }

        if (isSound && !Http2Bytes.Heads(answer.AsSpan(0, received)).Any(frame => frame.Type == Http2Bytes.Headers))
            throw new FuzzException("a sound request was refused");
    }
}
