using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Fuzz.Wire;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>
/// The client's end: an HTTP/2 server that keeps HTTP/2's rules and answers calls with hostile headers, bodies and trailers.
/// The transport must take what is sound, all of it and nothing else, and end every other call with a <see cref="GrpcException"/>.
/// </summary>
internal sealed class ClientAnswers : FuzzTarget
{
    private const string AnswerHeader = "x-answer";

    private static readonly string[] s_statuses = ["0", "0", "0", "0", "0", "1", "2", "5", "7", "8", "14", "16", "17", "-1", "99999999999", "", "ok"];

    private static readonly string[] s_messages = ["", "plain", "%", "%4", "%zz", "%FF%FE", "%E2%82%AC", "100%25", new('x', 3_000)];

    private readonly ConcurrentDictionary<string, FuzzInput> _answers = new();
    private readonly WornPool<GrpcHttp2Transport> _transports;
    private RawServer? _server;
    private long _last;

    private ClientAnswers()
        : base("client-answers") => _transports = new(
            () => new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = _server!.Endpoint, ApiKey = "mxgw_fuzz_planted5ecret" }), transport => transport.DisposeAsync());

    public override int Parallelism => 16;

    public static async Task<ClientAnswers> StartAsync()
    {
        var target = new ClientAnswers();
        target._server = await RawServer.StartAsync(target.AnswerAsync);
        return target;
    }

    /// <summary>An answer with one body, in the pieces given, and status OK.</summary>
    public FuzzInput Sound(GatewayMethod method, params IEnumerable<byte[]> pieces) => new(Name,
        [new FuzzStep("method", method.FullName), .. pieces.Select(piece => new FuzzStep("data", "", piece)), new FuzzStep("trailer", GrpcHeaders.Status, "0")]);

    public override Task PlayAsync(FuzzInput input) => _transports.UseAsync(transport => PlayAsync(input, transport));

    public override async ValueTask DisposeAsync()
    {
        await _transports.DisposeAsync();
        await _server!.DisposeAsync();
    }

    private async Task PlayAsync(FuzzInput input, GrpcHttp2Transport transport)
    {
        var method = GatewayMethod.Of(input.First("method")!.Name);
        string id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        _answers[id] = input;
        var received = new List<IMessage>();
        try
        {
            await method.CallAsync(transport, new GrpcCallOptions(Metadata: GrpcMetadata.From([new(AnswerHeader, id)])), received);
            Expectation.Of(input, method).Judge(received, null);
        }
        catch (GrpcException e)
        {
            Expectation.Of(input, method).Judge(received, e);
        }
        finally
        {
            _answers.TryRemove(id, out _);
        }
    }

    protected override IEnumerable<FuzzStep> Steps(Random random)
    {
        var method = GatewayMethod.Pick(random);
        yield return new FuzzStep("method", method.FullName);
        if (random.Next(12) == 0)
            yield return new FuzzStep("status", Pick(random, ["200", "201", "302", "400", "401", "403", "404", "429", "500", "502", "503", "504"]));
        if (random.Next(12) == 0)
            yield return new FuzzStep("header", "content-type", Pick(random, ["text/html", "application/grpc+proto", "application/grpc; x", "application/json", "x", ";", "application/grpc-web", "APPLICATION/GRPC"]));
        if (random.Next(15) == 0)
            yield return new FuzzStep("header", GrpcHeaders.Encoding, Pick(random, ["gzip", "identity", "deflate", "", "gzip,gzip"]));
        if (random.Next(15) == 0)
            yield return new FuzzStep("header", GrpcHeaders.Status, Pick(random, s_statuses));
        if (random.Next(15) == 0)
            yield return new FuzzStep("header", Pick(random, ["x-many", "set-cookie", "retry-after", GrpcHeaders.Message]), Pick(random, s_messages));

        if (random.Next(12) != 0)
            foreach (byte[] piece in Mutations.Cut(random, HostileBody.Make(random, new MessageGenerator(random), method.Reply, method.IsStreaming ? random.Next(5) : 1)))
                yield return new FuzzStep("data", "", piece);
        if (random.Next(20) == 0)
            yield return new FuzzStep("abort");
        if (random.Next(20) != 0)
            yield return new FuzzStep("trailer", GrpcHeaders.Status, Pick(random, s_statuses));
        if (random.Next(4) == 0)
            yield return new FuzzStep("trailer", GrpcHeaders.Message, Pick(random, s_messages));
        if (random.Next(20) == 0)
            yield return new FuzzStep("trailer", "x-more", Pick(random, s_messages));
    }

    private static string Pick(Random random, string[] all) => all[random.Next(all.Length)];

    private async Task AnswerAsync(HttpContext http)
    {
        HttpResponse response = http.Response;
        foreach (FuzzStep step in _answers[http.Request.Headers[AnswerHeader].ToString()].Steps)
        {
            switch (step.Verb)
            {
                case "status":
                    response.StatusCode = int.Parse(step.Name, CultureInfo.InvariantCulture);
                    break;
                case "header":
                    response.Headers[step.Name] = step.Text;
                    break;
                case "data":
                    await response.Body.WriteAsync(step.Data);
                    await response.Body.FlushAsync();
                    break;
                case "trailer":
                    response.AppendTrailer(step.Name, step.Text);
                    break;
                case "abort":
                    http.Abort();
                    return;
            }
        }
    }

    /// <summary>What the transport must make of an answer.</summary>
    private sealed record Expectation(IReadOnlyList<IMessage> Messages, bool IsOk, bool IsCertain, GrpcStatusCode? Code)
    {
        public static Expectation Of(FuzzInput input, GatewayMethod method)
        {
            string? header = input.All("header").LastOrDefault(step => step.Name == GrpcHeaders.Status)?.Text;
            string? trailer = input.All("trailer").FirstOrDefault(step => step.Name == GrpcHeaders.Status)?.Text;
            (IReadOnlyList<IMessage> messages, bool isAll, bool hasCompressed) = HostileBody.Read(input.Bytes("data"), method.ParseReply);
            bool isPlain = input.Steps.All(step => step.Verb is "method" or "data" or "trailer");
            bool isWhole = isAll && (method.IsStreaming || messages.Count == 1);
            bool isOk = isPlain && isWhole && IsZero(trailer);

            // A status in the headers ends the call before its body; a compressed message may be understood, or not.
            GrpcStatusCode? code = isPlain && isAll && int.TryParse(trailer, out int number) && number is > 0 and <= 16 && (method.IsStreaming || messages.Count <= 1) ? (GrpcStatusCode)number : null;
            return new Expectation(messages, isOk, isPlain && header is null && !hasCompressed, code);
        }

        public void Judge(List<IMessage> received, GrpcException? failure)
        {
            if (failure is not null && (failure.Code == GrpcStatusCode.OK || failure.Status.Detail is null || !Enum.IsDefined(failure.Code)))
                throw new FuzzException($"a failed call says {failure.Code}", failure);
            if (!IsCertain)
                return;
            if (IsOk != failure is null)
                throw new FuzzException(IsOk ? "a sound answer was refused" : "an answer that is not sound was taken", failure);
            if (Code is { } code && failure!.Code != code)
                throw new FuzzException($"the server said {code}, and the call says {failure.Code}", failure);

            // NaN is not equal to itself; its bytes are.
            if (received.Count > Messages.Count || (IsOk && received.Count != Messages.Count) || received.Zip(Messages).Any(pair => !pair.First.ToByteString().Equals(pair.Second.ToByteString())))
                throw new FuzzException($"{received.Count} messages came out of {Messages.Count}, or other ones", failure);
        }

        private static bool IsZero(string? status) => int.TryParse(status, out int number) && number == 0;
    }
}
