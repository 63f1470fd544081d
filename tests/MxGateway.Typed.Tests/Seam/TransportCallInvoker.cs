using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Tests;

/// <summary>A CallInvoker that calls a real server, over our own transport. It sees of a call what Grpc.Core's would: names, bytes, headers, a deadline.</summary>
internal sealed class TransportCallInvoker(IGrpcTransport transport) : CallInvoker
{
    private static readonly ServiceDescriptor[] s_services = [.. MxaccessGatewayReflection.Descriptor.Services, .. GalaxyRepositoryReflection.Descriptor.Services];

    /// <summary>How many calls it made.</summary>
    public int Calls { get; private set; }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Assert.Equal(MethodType.Unary, method.Type);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        (GrpcMethod<IMessage, TResponse> ours, IMessage message) = Ours(method, request);
        return new(FailAsCoreDoes(transport.CallAsync(ours, message, Ours(options), stop.Token)), stop.Cancel);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Assert.Equal(MethodType.ServerStreaming, method.Type);
        (GrpcMethod<IMessage, TResponse> ours, IMessage message) = Ours(method, request);
        IGrpcStream<TResponse> stream = transport.Stream(ours, message, Ours(options));
        Status? status = null;
        return new(new Reader<TResponse>(stream), FailAsCoreDoes(HeadersAsync()), Status, () => _ = stream.DisposeAsync().AsTask());

        async Task<Metadata> HeadersAsync()
        {
            GrpcMetadata headers = await stream.Headers;
            if (headers["grpc-status"] is { } only)
                status = new Status((StatusCode)int.Parse(only), headers["grpc-message"] ?? "");
            return Theirs(headers);
        }

        Status Status() => status ?? throw new InvalidOperationException("the call is not complete");
    }

    private (GrpcMethod<IMessage, TResponse> Method, IMessage Request) Ours<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
    {
        Calls++;
        MethodDescriptor descriptor = s_services.Single(service => service.FullName == method.ServiceName).FindMethodByName(method.Name);
        IMessage message = descriptor.InputType.Parser.ParseFrom(method.RequestMarshaller.Serializer(request));
        return (new(descriptor, bytes => method.ResponseMarshaller.Deserializer(bytes.ToArray())), message);
    }

    private static GrpcCallOptions Ours(CallOptions options) => new(
        options.Deadline - DateTime.UtcNow,
        GrpcMetadata.From((options.Headers ?? []).Select(entry => entry.IsBinary ? GrpcMetadata.Binary(entry.Key, entry.ValueBytes) : new(entry.Key, entry.Value))));

    private static Metadata Theirs(GrpcMetadata metadata)
    {
        var theirs = new Metadata();
        foreach ((string name, string value) in metadata.Where(entry => !entry.Key.StartsWith("grpc-", StringComparison.Ordinal)))
        {
            if (metadata.GetBinary(name) is { } bytes)
                theirs.Add(name, bytes);
            else
                theirs.Add(name, value);
        }

        return theirs;
    }

    private static async Task<T> FailAsCoreDoes<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (GrpcException e)
        {
            // A status that no server sent has its cause with it.
            throw new RpcException(new Status((StatusCode)e.Code, e.Status.Detail, e.Trailers["grpc-status"] is null ? e : null), Theirs(e.Trailers));
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "Call canceled by the client."), []);
        }
    }

    private sealed class Reader<T>(IGrpcStream<T> stream) : IAsyncStreamReader<T>
    {
        public T Current => stream.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => FailAsCoreDoes(stream.MoveNextAsync(cancellationToken).AsTask());
    }
}
