using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>
/// One method of a service: its name on the wire, and how its answers are read. Its requests are protobuf messages, which write themselves:
/// <see cref="GrpcFraming.Write"/> does it with a frame around them, <c>request.WriteTo(...)</c> without.
/// </summary>
/// <typeparam name="TRequest">What is sent.</typeparam>
/// <typeparam name="TReply">What comes back; any form that <see cref="Parse"/> makes of a message's bytes.</typeparam>
public sealed class GrpcMethod<TRequest, TReply>
    where TRequest : IMessage
{
    /// <summary>Names a method and says how its answers are read.</summary>
    /// <param name="descriptor">The method, from the generated service descriptor; names come from there and are never typed in.</param>
    /// <param name="parse">Makes an answer of a message's bytes; the bytes are valid only during the call.</param>
    public GrpcMethod(MethodDescriptor descriptor, Func<ReadOnlySequence<byte>, TReply> parse)
    {
        ServiceName = descriptor.Service.FullName;
        Name = descriptor.Name;
        FullName = $"/{ServiceName}/{Name}";
        Parse = parse;
    }

    /// <summary>The service: <c>package.Service</c>.</summary>
    public string ServiceName { get; }

    /// <summary>The method's name in its service.</summary>
    public string Name { get; }

    /// <summary>The name on the wire: <c>/package.Service/Method</c>.</summary>
    public string FullName { get; }

    /// <summary>
    /// Makes an answer of a message's bytes, which are valid only during the call. What is no such message throws <see cref="InvalidProtocolBufferException"/>
    /// or <see cref="GrpcFramingException"/>.
    /// </summary>
    public Func<ReadOnlySequence<byte>, TReply> Parse { get; }

    /// <summary>The name on the wire.</summary>
    public override string ToString() => FullName;
}
