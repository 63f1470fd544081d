using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>A gateway whose every answer and event a test decides: for what a sound gateway does seldom, or in its own time.</summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    private readonly Channel<MxEvent> _events = Channel.CreateUnbounded<MxEvent>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _ends = new();
    private int _lastHandle = 100;
    private int _lastSession;
    private (GrpcStatusCode Status, string Message) _endOfStream;

    private ScriptedGateway()
    {
    }

    public RawServer Server { get; private set; } = null!;

    public ConcurrentQueue<MxCommand> Commands { get; } = new();

    /// <summary>The commands with the session that each came by.</summary>
    public ConcurrentQueue<MxCommandRequest> Requests { get; } = new();

    /// <summary>The methods that were called, and the kinds of commands, in their order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The streams of sessions for reads go on after CloseSession.</summary>
    public bool KeepsStreams { get; set; }

    /// <summary>Awaited before a session is opened.</summary>
    public Task OpenSession { get; set; } = Task.CompletedTask;

    /// <summary>Called when a command is here, before it is answered; what it returns is the answer, null for the usual one.</summary>
    public Func<MxCommand, Task<MxCommandReply?>> Answer { get; set; } = _ => Task.FromResult<MxCommandReply?>(null);

    /// <summary>Called with each command first; true where the test has dealt with the call itself.</summary>
    public Func<MxCommand, HttpContext, bool> Take { get; set; } = (_, _) => false;

    public MxGatewayOptions Options => new() { Endpoint = Server.Endpoint, ApiKey = MxApiKey.From("mxgw_a_key-planted5ecret") };

    public static async Task<ScriptedGateway> StartAsync()
    {
        var gateway = new ScriptedGateway();
        gateway.Server = await RawServer.StartAsync(gateway.ServeAsync);
        return gateway;
    }

    public void Send(MxEvent e) => _events.Writer.TryWrite(e);

    public void EndStream(GrpcStatusCode status, string message = "")
    {
        _endOfStream = (status, message);
        _events.Writer.TryComplete();
    }

    public static MxEvent Change(ulong sequence, int handle, float value) =>
        new() { WorkerSequence = sequence, Family = MxEventFamily.OnDataChange, ItemHandle = handle, Quality = 192, Value = new() { FloatValue = value }, OnDataChange = new() };

    public static MxEvent Complete(ulong sequence, int handle, Contracts.Proto.MxStatusCategory category = Contracts.Proto.MxStatusCategory.Ok) =>
        new() { WorkerSequence = sequence, Family = MxEventFamily.OnWriteComplete, ItemHandle = handle, Statuses = { new MxStatusProxy { Category = category } }, OnWriteComplete = new() };

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await Server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        string method = context.Request.Path.Value!.Split('/')[^1];
        if (method != "Invoke")
            Calls.Enqueue(method);
        switch (method)
        {
            case "OpenSession":
                await OpenSession;
                string opened = $"session-{Interlocked.Increment(ref _lastSession)}";
                if (opened != "session-1")
                    _ends[opened] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await AnswerAsync(context, new OpenSessionReply
                {
                    SessionId = opened,
                    BackendName = "scripted",
                    GatewayProtocolVersion = 3,
                    WorkerProtocolVersion = 4,
                    Capabilities = { "bulk-read", "other" },
                });
                break;
            case "CloseSession":
                // The stream is the first session's; later ones are for reads.
                string session = CloseSessionRequest.Parser.ParseFrom(await BodyAsync(context)).SessionId;
                if (_ends.TryGetValue(session, out TaskCompletionSource? ending))
                    _ = KeepsStreams || ending.TrySetResult();
                else if (session == "session-1")
                    _events.Writer.TryComplete();
                await AnswerAsync(context, new CloseSessionReply { SessionId = session, FinalState = SessionState.Closed });
                break;
            case "StreamEvents":
                string streamed = StreamEventsRequest.Parser.ParseFrom(await BodyAsync(context)).SessionId;
                await context.Response.BodyWriter.FlushAsync();
                if (_ends.TryGetValue(streamed, out TaskCompletionSource? end))
                {
                    await end.Task.WaitAsync(context.RequestAborted);
                    context.Response.AppendTrailer("grpc-status", "0");
                    break;
                }

                await foreach (MxEvent e in _events.Reader.ReadAllAsync(context.RequestAborted))
                {
                    GrpcFraming.Write(context.Response.BodyWriter, e);
                    await context.Response.BodyWriter.FlushAsync();
                }

                context.Response.AppendTrailer("grpc-status", ((int)_endOfStream.Status).ToString());
                context.Response.AppendTrailer("grpc-message", _endOfStream.Message);
                break;
            default:
                MxCommandRequest request = MxCommandRequest.Parser.ParseFrom(await BodyAsync(context));
                MxCommand command = request.Command;
                Requests.Enqueue(request);
                Commands.Enqueue(command);
                Calls.Enqueue(command.Kind.ToString());
                if (!Take(command, context))
                    await AnswerAsync(context, await Answer(command) ?? Usual(command));
                break;
        }
    }

    /// <summary>The answer to a ReadBulk, a row for each tag.</summary>
    public static MxCommandReply Read(MxCommand command, Func<string, BulkReadResult> row) => new()
    {
        Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Ok }, ReadBulk = new() { Results = { command.ReadBulk.TagAddresses.Select(row) } },
    };

    /// <summary>A row with a good value.</summary>
    public static BulkReadResult Row(float value) => new() { WasSuccessful = true, Quality = 192, Value = new() { FloatValue = value } };

    private MxCommandReply Usual(MxCommand command)
    {
        var reply = new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Ok } };
        switch (command.PayloadCase)
        {
            case MxCommand.PayloadOneofCase.Register:
                reply.Register = new() { ServerHandle = 1 };
                break;
            case MxCommand.PayloadOneofCase.SubscribeBulk:
                reply.SubscribeBulk = new() { Results = { command.SubscribeBulk.TagAddresses.Select(tag => new SubscribeResult { TagAddress = tag, ItemHandle = ++_lastHandle, WasSuccessful = true }) } };
                break;
        }

        return reply;
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray()[GrpcFraming.HeaderSize..];
    }

    private static async Task AnswerAsync(HttpContext context, IMessage message)
    {
        GrpcFraming.Write(context.Response.BodyWriter, message);
        await context.Response.BodyWriter.FlushAsync();
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
