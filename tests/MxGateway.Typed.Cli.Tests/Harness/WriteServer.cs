using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

/// <summary>A gateway that answers a write, and completes it, with what a test gives it: for what the simulated MXAccess never says.</summary>
internal sealed class WriteServer : IAsyncDisposable
{
    private const string Key = "mxgw_full_planted5ecret";

    private readonly Channel<MxEvent> _events = Channel.CreateUnbounded<MxEvent>();
    private readonly MxCommandReply _answer;
    private readonly MxEvent? _completion;
    private RawServer? _server;

    private WriteServer(MxCommandReply answer, MxEvent? completion)
    {
        _answer = answer;
        _completion = completion;
    }

    /// <summary>A status that repeats the API key, as no gateway should.</summary>
    public static string WordsWithKey => $"no answer for {Key}";

    /// <param name="answer">The answer to a write.</param>
    /// <param name="completion">The event that follows it; null for none.</param>
    public static async Task<WriteServer> StartAsync(MxCommandReply answer, MxEvent? completion = null)
    {
        var it = new WriteServer(answer, completion);
        it._server = await RawServer.StartAsync(it.ServeAsync);
        return it;
    }

    /// <summary>Writes to an item of a session that it pretends to know.</summary>
    public Task<ProcessResult> WriteAsync() => RunAsync("write --session-id s --server-handle 1 --item-handle 7 --type Integer --value 3 --json");

    public Task<ProcessResult> RunAsync(string line) => Tool.RunAsync(
        [.. line.Split(' '), "--endpoint", _server!.Endpoint.ToString()], new Dictionary<string, string?> { [ConnectionOptions.DefaultKeyVariable] = Key });

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        byte[] message = body.ToArray()[GrpcFraming.HeaderSize..];
        switch (context.Request.Path.Value!.Split('/')[^1])
        {
            case "OpenSession":
                await SendAsync(context, new OpenSessionReply { SessionId = "s", BackendName = WordsWithKey });
                break;
            case "StreamEvents":
                await context.Response.BodyWriter.FlushAsync();
                await foreach (MxEvent e in _events.Reader.ReadAllAsync(context.RequestAborted))
                    await SendAsync(context, e);
                break;
            case "Invoke" when MxCommandRequest.Parser.ParseFrom(message).Command.Kind == MxCommandKind.Write:
                await SendAsync(context, _answer);
                if (_completion is not null)
                    _events.Writer.TryWrite(_completion);
                break;
            default:
                await SendAsync(context, new MxCommandReply());
                break;
        }

        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task SendAsync(HttpContext context, IMessage message)
    {
        GrpcFraming.Write(context.Response.BodyWriter, message);
        await context.Response.BodyWriter.FlushAsync();
    }
}
