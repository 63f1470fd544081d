using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>One method of a service: its name on the wire, and how its messages are written and read.</summary>
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
        FullName = $"/{descriptor.Service.FullName}/{descriptor.Name}";
        Parse = parse;
    }

    /// <summary>The name on the wire: <c>/package.Service/Method</c>.</summary>
    public string FullName { get; }

    /// <summary>Makes an answer of a message's bytes.</summary>
    public Func<ReadOnlySequence<byte>, TReply> Parse { get; }

    /// <summary>The name on the wire.</summary>
    public override string ToString() => FullName;
}
