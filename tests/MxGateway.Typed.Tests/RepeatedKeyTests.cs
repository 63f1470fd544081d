using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>A gateway, or a proxy before it, that repeats the API key in its own words: whatever it says is left out, and the key is nowhere.</summary>
public sealed class RepeatedKeyTests
{
    private const string Secret = "zq7-planted5ecret", Key = $"mxgw_7f3a_{Secret}";
    private const string NotShown = "not shown: the gateway's words repeat what is secret";
    private const int Before = 170;

    private static readonly Dictionary<string, Action<HttpResponse>> s_failures = new()
    {
        ["message"] = response => Fail(response, $"no scope for {Key}"),
        ["message, encoded"] = response => Fail(response, Encoded(Key)),
        ["message, encoded twice"] = response => Fail(response, Encoded(Encoded(Key))),
        ["message, in upper case"] = response => Fail(response, $"no scope for {Key.ToUpperInvariant()}"),
        ["message, without the id"] = response => Fail(response, $"{Secret} is no secret of key 7f3a"),
        ["status"] = response => response.Headers["grpc-status"] = Key,
        ["header"] = response =>
        {
            Fail(response, "no scope");
            response.Headers["x-seen"] = $"Bearer {Key}";
        },
        ["header, encoded"] = response =>
        {
            Fail(response, "no scope");
            response.Headers["x-seen"] = Encoded(Key);
        },
        ["details"] = response =>
        {
            Fail(response, "no scope");
            response.Headers["grpc-status-details-bin"] = Base64($"\u0001ä{Key}\u0002");
        },
        ["second details"] = response =>
        {
            Fail(response, "no scope");
            response.Headers["grpc-status-details-bin"] = $"{Base64("a")}, {Base64($"b{Key}")}";
        },
        ["login page"] = response => Redirect(response, $"http://proxy/{new string('a', Before)}{Key}"),
        ["content type"] = response =>
        {
            response.StatusCode = 500;
            response.ContentType = $"text/{new string('a', Before)}{Key}";
        },
    };

    private static readonly Dictionary<string, Func<MxGatewayOptions, Task>> s_calls = new()
    {
        ["connecting"] = async options => await (await MxGatewayConnection.ConnectAsync(options)).DisposeAsync(),
        ["opening a session"] = options => Using(options, client => client.OpenSessionAsync()),
        ["opening a session, raw"] = options => Using(options, client => client.OpenSessionRawAsync(new())),
        ["closing a session"] = options => Using(options, client => client.TakeUpSession("s").CloseAsync()),
        ["closing a session, raw"] = options => Using(options, client => client.CloseSessionRawAsync(new())),
        ["a command"] = options => Using(options, client => client.TakeUpSession("s").PingAsync()),
        ["a command, raw"] = options => Using(options, client => client.InvokeRawAsync(new() { Command = new() { Ping = new() } })),
        ["events"] = options => Using(options, client => client.TakeUpSession("s").AttachEventsAsync()),
        ["events, raw"] = options => Using(options, async client => await client.StreamEventsRawAsync(new()).FirstAsync()),
        ["the repository"] = options => Using(options, (GalaxyRepositoryClient client) => client.GetLastDeployTimeAsync()),
        ["the hierarchy"] = options => Using(options, (GalaxyRepositoryClient client) => client.DiscoverHierarchyAsync()),
        ["the children, raw"] = options => Using(options, async client => await client.BrowseChildrenRawAsync(new BrowseChildrenRequest()).FirstAsync()),
        ["deploys"] = options => Using(options, async client => await client.WatchDeployEventsAsync().FirstAsync()),
    };

    public static TheoryData<string> Failures => [.. s_failures.Keys];

    public static TheoryData<string> Calls => [.. s_calls.Keys];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Wherever_a_failure_repeats_the_key_its_status_alone_is_left(string failure)
    {
        MxGatewayException said = await FailureAsync(s_failures[failure], s_calls["a command"]);
        AssertNotSaid(said);
        Assert.Contains(NotShown, said.Message);
        Assert.DoesNotContain(Assert.IsType<GrpcException>(said.InnerException).Trailers, entry => entry.Key != "grpc-status");
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Whichever_call_fails_does_not_say_the_key(string call)
    {
        MxGatewayException said = await FailureAsync(s_failures["message"], s_calls[call]);
        AssertNotSaid(said);
        Assert.IsType<MxAuthorizationException>(said);
        Assert.Contains(NotShown, said.Message);
    }

    [Fact]
    public async Task A_failure_that_does_not_repeat_it_is_told_in_full()
    {
        MxGatewayException said = await FailureAsync(
            response =>
            {
                Fail(response, "key 7f3a lacks 100%25 of session:open");
                response.Headers["x-log"] = "line 7";
                response.Headers["grpc-status-details-bin"] = Base64("a");
            },
            s_calls["a command"]);
        Assert.Contains("key 7f3a lacks 100% of session:open", said.Message);
        GrpcMetadata trailers = ((GrpcException)said.InnerException!).Trailers;
        Assert.Equal(("line 7", "a"), (trailers["x-log"], Encoding.UTF8.GetString(trailers.GetBinary("grpc-status-details-bin")!)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("session")]
    [InlineData("mxgw_a_")]
    public async Task A_key_too_short_to_be_secret_blots_out_nothing(string key)
    {
        MxGatewayException said = await FailureAsync(response => Fail(response, "a session has mxgw_a_ no more"), s_calls["a command"], key);
        Assert.Contains("a session has mxgw_a_ no more", said.Message);
    }

    [Fact]
    public async Task A_short_secret_is_kept_with_the_whole_key()
    {
        MxGatewayException said = await FailureAsync(response => Fail(response, "a plant of mxgw_7f3a_plant"), s_calls["a command"], "mxgw_7f3a_plant");
        Assert.Contains(NotShown, said.Message);
        said = await FailureAsync(response => Fail(response, "no such plant"), s_calls["a command"], "mxgw_7f3a_plant");
        Assert.Contains("no such plant", said.Message);
    }

    [Fact]
    public async Task No_text_of_an_answer_repeats_it_raw_or_not()
    {
        await using ScriptedGateway gateway = await StartAsync();
        MxStatusProxy status = new() { Category = Contracts.Proto.MxStatusCategory.SecurityError, DiagnosticText = Words };
        BulkSubscribeReply subscribed = new() { Results = { new SubscribeResult { TagAddress = "Pump_001.Speed", ErrorMessage = Words } } };
        BulkWriteReply written = new() { Results = { new BulkWriteResult { ErrorMessage = Words, Statuses = { status } } } };
        BulkReadReply read = new() { Results = { new BulkReadResult { ErrorMessage = Words, Statuses = { status }, Value = new() { RawDiagnostic = Words } } } };
        MxCommandReply[] replies =
        [
            new(), new() { AddItemBulk = subscribed }, new() { AdviseItemBulk = subscribed }, new() { RemoveItemBulk = subscribed },
            new() { UnAdviseItemBulk = subscribed }, new() { SubscribeBulk = subscribed }, new() { UnsubscribeBulk = subscribed },
            new() { WriteBulk = written }, new() { Write2Bulk = written }, new() { WriteSecuredBulk = written }, new() { WriteSecured2Bulk = written },
            new() { ReadBulk = read },
        ];
        await using var client = new MxGatewayClient(Options(gateway));
        foreach (MxCommandReply reply in replies)
        {
            reply.ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = Words };
            reply.DiagnosticMessage = Words;
            reply.Statuses.Add(status);
            reply.ReturnValue = new() { RawDiagnostic = Words };
            gateway.Answer = _ => Task.FromResult<MxCommandReply?>(reply);

            MxCommandReply raw = await client.InvokeRawAsync(new() { Command = new() { Ping = new() } });
            Assert.Equal(reply.PayloadCase, raw.PayloadCase);
            AssertNotSaid(raw);
            MxAccessException refused = await Assert.ThrowsAsync<MxAccessException>(() => client.TakeUpSession("s").PingAsync());
            AssertNotSaid(refused, refused.Statuses[0].Text);
        }

        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(new() { ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest, Message = Words } });
        MxProtocolException fault = await Assert.ThrowsAsync<MxProtocolException>(() => client.TakeUpSession("s").PingAsync());
        AssertNotSaid(fault, fault.RawReply);
        Assert.Contains(NotShown, fault.Message);
    }

    [Fact]
    public async Task What_is_told_of_an_opened_or_closed_session_does_not_repeat_it()
    {
        OpenSessionReply opened = new() { SessionId = "session-1", BackendName = Words, Capabilities = { "bulk-read", Words } };
        CloseSessionReply closed = new() { ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest, Message = Words } };
        await using RawServer server = await RawServer.StartAsync(context =>
            AnswerAsync(context, context.Request.Path.Value!.EndsWith("/OpenSession", StringComparison.Ordinal) ? opened : closed));
        await using var client = new MxGatewayClient(Options(server));
        await using MxSession session = await client.OpenSessionAsync();
        AssertNotSaid(session.BackendName, session.Capabilities![1]);
        Assert.Equal("bulk-read", session.Capabilities[0]);
        AssertNotSaid(await Assert.ThrowsAsync<MxProtocolException>(() => session.CloseAsync()), await client.CloseSessionRawAsync(new()));

        opened.ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest, Message = Words };
        AssertNotSaid(await Assert.ThrowsAsync<MxProtocolException>(() => client.OpenSessionAsync()), await client.OpenSessionRawAsync(new()));
    }

    [Fact]
    public async Task No_event_and_no_end_of_the_events_repeats_it()
    {
        using var log = new LogLines();
        await using ScriptedGateway gateway = await StartAsync();
        await using TestPlant plant = await TestPlant.ConnectAsync(Options(gateway) with { LoggerFactory = log });
        var samples = new Observer<MxSample<float>>();
        using IDisposable advised = plant.Pump_001.Speed.Subscribe(samples);
        await Retry.Until("the tag is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
        MxEvent change = ScriptedGateway.Change(1, 101, 7);
        change.Statuses.Add(new MxStatusProxy { Category = Contracts.Proto.MxStatusCategory.Warning, DiagnosticText = Words });
        gateway.Send(change);
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await Retry.Until("it is written", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.Write));
        MxEvent complete = ScriptedGateway.Complete(2, 101, Contracts.Proto.MxStatusCategory.OperationalError);
        complete.Statuses[0].DiagnosticText = Words;
        gateway.Send(complete);
        MxWriteRejectedException refused = await Assert.ThrowsAsync<MxWriteRejectedException>(() => write);
        AssertNotSaid(refused, refused.Statuses[0].Text, plant.Pump_001.Speed.Latest);
        Assert.Contains(NotShown, refused.Message);

        gateway.EndStream(GrpcStatusCode.Internal, Words);
        await Retry.Until("the connection's loss is logged", () => log.Warnings.Any(line => line.Contains(NotShown)));
        AssertNotSaid(await Assert.ThrowsAsync<MxConnectionException>(() => plant.Pump_001.Speed.ReadAsync()), plant.Pump_001.Speed.Latest, string.Concat(log.Warnings));
    }

    [Fact]
    public async Task Raw_events_do_not_repeat_it_and_values_are_what_they_are()
    {
        await using ScriptedGateway gateway = await StartAsync();
        var status = new MxStatusProxy { DiagnosticText = Words };
        gateway.Send(new() { WorkerSequence = 1, RawStatus = Words, Statuses = { status, status }, Value = new() { StringValue = Key, RawDiagnostic = Words } });
        await using var client = new MxGatewayClient(Options(gateway));
        MxEvent e = await client.StreamEventsRawAsync(new() { SessionId = "session-1" }).FirstAsync();
        Assert.Equal(Key, e.Value.StringValue);
        e.Value.StringValue = "";
        AssertNotSaid(e);
    }

    [Fact]
    public async Task A_transport_of_somebody_elses_that_repeats_it_is_not_told_either()
    {
        var cause = new InvalidOperationException("broken", new InvalidOperationException(Words));
        Exception[] failures =
        [
            new GrpcException("/a/B", new GrpcStatus(GrpcStatusCode.Internal, "broken"), null, cause),
            new GrpcException("/a/B", new GrpcStatus(GrpcStatusCode.Internal, "late"), null, new GrpcException(
                "/a/B", new GrpcStatus(GrpcStatusCode.Cancelled, ""), GrpcMetadata.From([GrpcMetadata.Binary("a-bin", Encoding.UTF8.GetBytes(Words))]))),
            new OperationCanceledException(Words, cause),
        ];
        foreach (Exception failure in failures)
        {
            var options = new MxGatewayOptions { Endpoint = new("http://gateway:5000"), ApiKey = MxApiKey.From(Key), Transport = () => new Failing(failure) };
            Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => s_calls["a command"](options));
            Assert.Equal(failure is OperationCanceledException, thrown is OperationCanceledException);
            AssertNotSaid(thrown);
            AssertNotSaid(await Assert.ThrowsAnyAsync<Exception>(() => s_calls["deploys"](options)));
        }
    }

    private static string Words => $"cannot serve {Key}";

    private static Task<ScriptedGateway> StartAsync() => ScriptedGateway.StartAsync();

    private static MxGatewayOptions Options(ScriptedGateway gateway) => gateway.Options with { ApiKey = MxApiKey.From(Key) };

    private static MxGatewayOptions Options(RawServer server, string key = Key) => new() { Endpoint = server.Endpoint, ApiKey = MxApiKey.From(key) };

    private static async Task<MxGatewayException> FailureAsync(Action<HttpResponse> fail, Func<MxGatewayOptions, Task> call, string key = Key)
    {
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            fail(context.Response);
            return Task.CompletedTask;
        });
        return await Assert.ThrowsAnyAsync<MxGatewayException>(() => call(Options(server, key)));
    }

    private static void Fail(HttpResponse response, string message)
    {
        response.Headers["grpc-status"] = ((int)GrpcStatusCode.PermissionDenied).ToString();
        response.Headers["grpc-message"] = message;
    }

    private static void Redirect(HttpResponse response, string location)
    {
        response.StatusCode = 302;
        response.ContentType = "text/html";
        response.Headers.Location = location;
    }

    private static string Encoded(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:x2}"));

    private static string Base64(string text) => GrpcMetadata.Binary("a-bin", Encoding.UTF8.GetBytes(text)).Value;

    private static async Task AnswerAsync(HttpContext context, IMessage message)
    {
        GrpcFraming.Write(context.Response.BodyWriter, message);
        await context.Response.BodyWriter.FlushAsync();
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task Using(MxGatewayOptions options, Func<MxGatewayClient, Task> call)
    {
        await using var client = new MxGatewayClient(options);
        await call(client);
    }

    private static async Task Using(MxGatewayOptions options, Func<GalaxyRepositoryClient, Task> call)
    {
        await using var client = new GalaxyRepositoryClient(options);
        await call(client);
    }

    /// <summary>Nothing of it has the key, or as much of it as would help anybody, whichever way it is looked at.</summary>
    private static void AssertNotSaid(params object?[] things)
    {
        IEnumerable<string> texts = things.SelectMany(thing => thing is Exception e ? All(e) : [$"{thing}"]);
        Assert.DoesNotContain(texts, text => text.Contains(Secret[..4], StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> All(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return $"{cause} {cause.Message} {(cause as MxGatewayException)?.RawReply}";
            foreach ((string name, string value) in (cause as GrpcException)?.Trailers ?? [])
                yield return $"{value} {Uri.UnescapeDataString(value)} {Encoding.Latin1.GetString(GrpcMetadata.From([new(name, value)]).GetBinary(name) ?? [])}";
        }
    }

    private sealed class Failing(Exception failure) : IGrpcTransport
    {
        public Task<TReply> CallAsync<TRequest, TReply>(
            GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken)
            where TRequest : IMessage => Task.FromException<TReply>(failure);

        public IGrpcStream<TReply> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
            where TRequest : IMessage => new Nothing<TReply>(failure);

        public ValueTask DisposeAsync() => default;

        private sealed class Nothing<T>(Exception failure) : IGrpcStream<T>
        {
            public Task<GrpcMetadata> Headers => Task.FromException<GrpcMetadata>(failure);

            public T Current => throw new InvalidOperationException();

            public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => throw failure;

            public ValueTask DisposeAsync() => default;
        }
    }
}
