using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Fuzz.Wire;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>
/// The server's end: an HTTP/2 client that keeps HTTP/2's rules and calls with hostile headers and bodies, into sessions that are alive.
/// The simulator must take what is sound, refuse the rest with a status, and never fail itself.
/// </summary>
internal sealed class ServerRequests : FuzzTarget
{
    private readonly SimulatorUnderFire _simulator;

    private readonly WornPool<HttpMessageInvoker> _connections = new(() => new HttpMessageInvoker(new SocketsHttpHandler()), http =>
    {
        http.Dispose();
        return default;
    });

    private ServerRequests(SimulatorUnderFire simulator)
        : base("server-requests") => _simulator = simulator;

    public override int Parallelism => 16;

    public static async Task<ServerRequests> StartAsync() => new(await SimulatorUnderFire.StartAsync());

    /// <summary>A request with one body, in the pieces given.</summary>
    public FuzzInput Sound(GatewayMethod method, params IEnumerable<byte[]> pieces) => new(Name,
        [new FuzzStep("method", method.FullName), new FuzzStep("header", GrpcHeaders.Authorization, GrpcHeaders.Bearer + SimulatorUnderFire.Key), .. pieces.Select(piece => new FuzzStep("data", "", piece))]);

    public override async Task PlayAsync(FuzzInput input)
    {
        SimulatorUnderFire.Session session = await _simulator.RentAsync();
        await _connections.UseAsync(http => SendAsync(http, input, session));
        await _simulator.ReturnAsync(session);
        _simulator.ThrowIfFailed();
    }

    public override Task CheckAsync() => _simulator.CheckAsync();

    public override async ValueTask DisposeAsync()
    {
        await _connections.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    protected override IEnumerable<FuzzStep> Steps(Random random)
    {
        var method = GatewayMethod.Pick(random);
        yield return new FuzzStep("method", random.Next(60) == 0 ? Pick(random, ["/", "/x", "/mxaccess_gateway.v1.MxAccessGateway/Nothing", "/a//b?c"]) : method.FullName);
        if (random.Next(60) == 0)
            yield return new FuzzStep("verb", Pick(random, ["GET", "PUT", "OPTIONS", "HEAD"]));
        if (random.Next(40) != 0)
            yield return new FuzzStep("header", GrpcHeaders.Authorization, random.Next(40) == 0 ? Pick(random, ["", "Bearer", "Bearer ", "Basic x", "Bearer mxgw_fuzz_", new('k', 9_000)]) : GrpcHeaders.Bearer + SimulatorUnderFire.Key);
        if (random.Next(40) == 0)
            yield return new FuzzStep("header", "content-type", Pick(random, ["text/html", "application/grpc+proto", "application/grpc; x", "application/json"]));
        if (random.Next(15) == 0)
            yield return new FuzzStep("header", GrpcHeaders.Timeout, Pick(random, ["0n", "1n", "1u", "99999999H", "10S", "", "soon", "-1S", "999999999S", "1x", "S"]));
        if (random.Next(15) == 0)
            yield return new FuzzStep("header", GrpcHeaders.Encoding, Pick(random, ["gzip", "identity", "deflate", "snappy", "gzip, gzip"]));
        if (random.Next(30) == 0)
            yield return new FuzzStep("header", Pick(random, ["x-more", "te", "cookie", "grpc-accept-encoding", "x-bin"]), Pick(random, ["", "x", "%", new('v', 6_000)]));

        if (random.Next(40) != 0)
            foreach (byte[] piece in Mutations.Cut(random, HostileBody.Make(random, new MessageGenerator(random), method.Request)))
                yield return new FuzzStep("data", "", piece);
        if (random.Next(25) == 0)
            yield return new FuzzStep("leave");
    }

    private static string Pick(Random random, string[] all) => all[random.Next(all.Length)];

    private async Task SendAsync(HttpMessageInvoker http, FuzzInput input, SimulatorUnderFire.Session session)
    {
        string path = input.First("method")!.Name;
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(new HttpMethod(input.First("verb")?.Name ?? "POST"), new Uri(_simulator.Endpoint, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new Pieces(input, session, leave),
        };
        foreach (FuzzStep step in input.All("header").Where(step => step.Name != "content-type"))
            request.Headers.TryAddWithoutValidation(step.Name, step.Text);

        bool isStreaming = GatewayMethod.All.Any(method => method.FullName == path && method.IsStreaming);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, leave.Token);
            string? status = Status(response.Headers);

            // A stream that was accepted stays open; leaving it is an input of its own.
            if (isStreaming && status is null && response.StatusCode == HttpStatusCode.OK)
                return;
            byte[] body = await response.Content.ReadAsByteArrayAsync(leave.Token);
            Judge(input, path, response, status ?? Status(response.TrailingHeaders));
            if (path == GatewayMethods.OpenSession.FullName && body.Length > GrpcFraming.HeaderSize)
                await _simulator.CloseAsync(OpenSessionReply.Parser.ParseFrom(body.AsSpan(GrpcFraming.HeaderSize)).SessionId);
        }
        catch (Exception e) when (input.First("leave") is not null && e is OperationCanceledException or HttpRequestException or IOException)
        {
            // It left, as it was told.
        }
        catch (HttpRequestException e) when (e.InnerException is HttpProtocolException { ErrorCode: 0 } or HttpProtocolException { ErrorCode: 8 })
        {
            // The server answered without waiting for the rest of the request, and asked to stop sending it.
        }
    }

    private static void Judge(FuzzInput input, string path, HttpResponseMessage response, string? status)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            if ((int)response.StatusCode is < 400 or >= 500)
                throw new FuzzException($"HTTP {(int)response.StatusCode}");
            return;
        }

        if (!int.TryParse(status, CultureInfo.InvariantCulture, out int number) || number is < 0 or > 16 || number == (int)GrpcStatusCode.Unknown)
            throw new FuzzException($"the call ended with the status '{status}'");
        string message = response.Headers.TryGetValues(GrpcHeaders.Message, out IEnumerable<string>? words) ? GrpcHeaders.DecodeMessage(words.First()) : "";
        if (number == (int)GrpcStatusCode.Internal && message.Contains("the simulator failed", StringComparison.Ordinal))
            throw new FuzzException(message);

        // What is no request of the method must not be taken for one.
        if (number == 0 && HostileBody.Read(input.Bytes("data"), GatewayMethod.Of(path).ParseRequest) is { HasCompressed: false } body && (!body.IsAll || body.Messages.Count != 1))
            throw new FuzzException("a request that is not sound was taken");
    }

    private static string? Status(HttpResponseHeaders headers) => headers.TryGetValues(GrpcHeaders.Status, out IEnumerable<string>? values) ? values.First() : null;

    /// <summary>A body that is sent piece by piece; where the input says so, its sender leaves after the last one.</summary>
    private sealed class Pieces : HttpContent
    {
        private readonly FuzzInput _input;
        private readonly SimulatorUnderFire.Session _session;
        private readonly CancellationTokenSource _leave;

        public Pieces(FuzzInput input, SimulatorUnderFire.Session session, CancellationTokenSource leave)
        {
            _input = input;
            _session = session;
            _leave = leave;
            Headers.TryAddWithoutValidation("content-type", input.All("header").LastOrDefault(step => step.Name == "content-type")?.Text ?? GrpcHeaders.ContentType);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (FuzzStep step in _input.All("data"))
            {
                await stream.WriteAsync(SimulatorUnderFire.With(_session, step.Data));
                await stream.FlushAsync();
            }

            if (_input.First("leave") is not null)
                await _leave.CancelAsync();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
