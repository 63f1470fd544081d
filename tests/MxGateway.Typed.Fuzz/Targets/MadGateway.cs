using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>
/// A gateway for many sessions, each of which answers and sends what an input says, and else what a gateway usually does. A session is named as its client.
/// </summary>
internal sealed class MadGateway : IAsyncDisposable
{
    /// <summary>Where the handles of subscribed items begin.</summary>
    public const int FirstItemHandle = 1;

    private readonly ConcurrentDictionary<string, Session> _sessions = new();
    private RawServer? _server;
    private long _last;

    private MadGateway()
    {
    }

    public static async Task<MadGateway> StartAsync()
    {
        var gateway = new MadGateway();
        gateway._server = await RawServer.StartAsync(gateway.ServeAsync);
        return gateway;
    }

    /// <summary>The options for a client that an input is played to.</summary>
    public MxGatewayOptions Play(FuzzInput input)
    {
        string name = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        _sessions[name] = new Session(input);
        return new MxGatewayOptions { Endpoint = _server!.Endpoint, ApiKey = MxApiKey.From("mxgw_fuzz_planted5ecret"), ClientName = name };
    }

    /// <summary>Lets the stream send the input's events, and end.</summary>
    public void SendEvents(MxGatewayOptions options) => _sessions[options.ClientName].Begin.TrySetResult();

    public void Forget(MxGatewayOptions options) => _sessions.TryRemove(options.ClientName, out _);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        ReadOnlyMemory<byte> request = body.ToArray().AsMemory(GrpcFraming.HeaderSize);
        switch (http.Request.Path.Value!.Split('/')[^1])
        {
            case "OpenSession":
                await AnswerAsync(http, new OpenSessionReply { SessionId = OpenSessionRequest.Parser.ParseFrom(request.Span).ClientSessionName });
                break;
            case "CloseSession":
                await AnswerAsync(http, new CloseSessionReply());
                break;
            case "StreamEvents":
                await StreamAsync(http, _sessions[StreamEventsRequest.Parser.ParseFrom(request.Span).SessionId]);
                break;
            default:
                MxCommandRequest command = MxCommandRequest.Parser.ParseFrom(request.Span);
                await AnswerAsync(http, _sessions[command.SessionId].Answer(command.Command));
                break;
        }

        http.Response.AppendTrailer(GrpcHeaders.Status, "0");
    }

    private static async Task StreamAsync(HttpContext http, Session session)
    {
        await http.Response.Body.FlushAsync();
        await session.Begin.Task.WaitAsync(http.RequestAborted);
        foreach (FuzzStep step in session.Input.All("event"))
            await AnswerAsync(http, MxEvent.Parser.ParseFrom(step.Data));
    }

    private static async Task AnswerAsync(HttpContext http, IMessage message)
    {
        GrpcFraming.Write(http.Response.BodyWriter, message);
        await http.Response.BodyWriter.FlushAsync();
    }

    private sealed class Session(FuzzInput input)
    {
        private readonly ConcurrentDictionary<string, ConcurrentQueue<MxCommandReply>> _replies = new(
            input.All("reply").GroupBy(step => step.Name, step => MxCommandReply.Parser.ParseFrom(step.Data)).ToDictionary(kind => kind.Key, kind => new ConcurrentQueue<MxCommandReply>(kind)));

        private int _lastHandle = FirstItemHandle - 1;

        public FuzzInput Input { get; } = input;

        public TaskCompletionSource Begin { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public MxCommandReply Answer(MxCommand command)
        {
            if (_replies.TryGetValue(command.Kind.ToString(), out ConcurrentQueue<MxCommandReply>? queue) && queue.TryDequeue(out MxCommandReply? reply))
                return reply;

            reply = new MxCommandReply { Kind = command.Kind, ProtocolStatus = new() { Code = ProtocolStatusCode.Ok } };
            switch (command.PayloadCase)
            {
                case MxCommand.PayloadOneofCase.Register:
                    reply.Register = new() { ServerHandle = 1 };
                    break;
                case MxCommand.PayloadOneofCase.AuthenticateUser:
                    reply.AuthenticateUser = new() { UserId = 1 };
                    break;
                case MxCommand.PayloadOneofCase.SubscribeBulk:
                    reply.SubscribeBulk = new()
                    {
                        Results = { command.SubscribeBulk.TagAddresses.Select(tag => new SubscribeResult { TagAddress = tag, ItemHandle = Interlocked.Increment(ref _lastHandle), WasSuccessful = true }) },
                    };
                    break;
            }

            return reply;
        }
    }
}
