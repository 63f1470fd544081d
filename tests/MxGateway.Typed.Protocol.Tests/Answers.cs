using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Protocol.Tests;

/// <summary>What a raw server answers with, and the transport that asks it.</summary>
internal static class Answers
{
    public static async Task HoldAfterOneEventAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource();
        context.RequestAborted.Register(() => aborted.TrySetResult());
        await WriteFrameAsync(context, new MxEvent { WorkerSequence = 1 });
        await aborted.Task;
    }

    public static GrpcHttp2Transport Transport(Uri endpoint, string? key = null) => new(new GrpcTransportOptions { Endpoint = endpoint, ApiKey = key });

    public static async Task<T> ReadRequestAsync<T>(HttpContext context, MessageParser<T> parser)
        where T : IMessage<T>
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return parser.ParseFrom(body.ToArray().AsSpan(GrpcFraming.HeaderSize));
    }

    public static async Task WriteFrameAsync(HttpContext context, IMessage message)
    {
        GrpcFraming.Write(context.Response.BodyWriter, message);
        await context.Response.BodyWriter.FlushAsync();
    }

    public static async Task AnswerAsync(HttpContext context, IMessage message, GrpcStatusCode code = GrpcStatusCode.OK, string? text = null)
    {
        await WriteFrameAsync(context, message);
        context.Response.AppendTrailer("grpc-status", ((int)code).ToString());
        if (text is not null)
            context.Response.AppendTrailer("grpc-message", text);
    }
}
