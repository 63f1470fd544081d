using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Tests.RepeatedKey;

namespace MxGateway.Typed.Tests;

/// <summary>Answers and events whose words repeat the API key: each of the words is left out, and the rest is what it is.</summary>
public sealed class RepeatedKeyInAnswersTests
{
    [Fact]
    public async Task No_text_of_an_answer_repeats_it_raw_or_not()
    {
        await using ScriptedGateway gateway = await StartAsync();
        MxStatusProxy status = new() { Category = Contracts.Proto.MxStatusCategory.SecurityError, DiagnosticText = Words };
        BulkSubscribeReply subscribed = new() { Results = { new SubscribeResult { TagAddress = "Pump_001.Speed", ErrorMessage = Words } } };
        BulkWriteReply written = new() { Results = { new BulkWriteResult { ErrorMessage = Words, Statuses = { status } } } };
        BulkReadResult row = new() { ErrorMessage = Words, Statuses = { status }, Value = new() { RawDiagnostic = Words } };
        BulkReadReply read = new() { Results = { row } };
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
        MxConnectionException lost = await Assert.ThrowsAsync<MxConnectionException>(() => plant.Pump_001.Speed.ReadAsync());
        AssertNotSaid(lost, plant.Pump_001.Speed.Latest, string.Concat(log.Warnings));
    }

    [Fact]
    public async Task Raw_events_do_not_repeat_it_and_values_are_what_they_are()
    {
        await using ScriptedGateway gateway = await StartAsync();
        var status = new MxStatusProxy { DiagnosticText = Words };
        MxValue value = new() { StringValue = Key, RawDiagnostic = Words };
        gateway.Send(new() { WorkerSequence = 1, RawStatus = Words, Statuses = { status, status }, Value = value });
        await using var client = new MxGatewayClient(Options(gateway));
        MxEvent e = await client.StreamEventsRawAsync(new() { SessionId = "session-1" }).FirstAsync();
        Assert.Equal(Key, e.Value.StringValue);
        e.Value.StringValue = "";
        AssertNotSaid(e);
    }

    private static Task<ScriptedGateway> StartAsync() => ScriptedGateway.StartAsync();

    private static async Task AnswerAsync(HttpContext context, IMessage message)
    {
        GrpcFraming.Write(context.Response.BodyWriter, message);
        await context.Response.BodyWriter.FlushAsync();
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
