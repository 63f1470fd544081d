using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Fuzz.Messages;

/// <summary>A method of the gateway, its messages seen as messages of any type.</summary>
internal abstract class GatewayMethod
{
    /// <summary>All methods of the contract.</summary>
    public static IReadOnlyList<GatewayMethod> All { get; } =
    [
        new Method<Contracts.Proto.MxCommandRequest, Contracts.Proto.MxCommandReply>(GatewayMethods.Invoke, isStreaming: false),
        new Method<Contracts.Proto.OpenSessionRequest, Contracts.Proto.OpenSessionReply>(GatewayMethods.OpenSession, isStreaming: false),
        new Method<Contracts.Proto.CloseSessionRequest, Contracts.Proto.CloseSessionReply>(GatewayMethods.CloseSession, isStreaming: false),
        new Method<Contracts.Proto.StreamEventsRequest, Contracts.Proto.MxEvent>(GatewayMethods.StreamEvents, isStreaming: true),
        new Method<Contracts.Proto.Galaxy.TestConnectionRequest, Contracts.Proto.Galaxy.TestConnectionReply>(GatewayMethods.TestConnection, isStreaming: false),
        new Method<Contracts.Proto.Galaxy.GetLastDeployTimeRequest, Contracts.Proto.Galaxy.GetLastDeployTimeReply>(GatewayMethods.GetLastDeployTime, isStreaming: false),
        new Method<Contracts.Proto.Galaxy.DiscoverHierarchyRequest, Contracts.Proto.Galaxy.DiscoverHierarchyReply>(GatewayMethods.DiscoverHierarchy, isStreaming: false),
        new Method<Contracts.Proto.Galaxy.BrowseChildrenRequest, Contracts.Proto.Galaxy.BrowseChildrenReply>(GatewayMethods.BrowseChildren, isStreaming: false),
        new Method<Contracts.Proto.Galaxy.WatchDeployEventsRequest, Contracts.Proto.Galaxy.DeployEvent>(GatewayMethods.WatchDeployEvents, isStreaming: true),
    ];

    public abstract string FullName { get; }

    public abstract bool IsStreaming { get; }

    public abstract MessageDescriptor Request { get; }

    public abstract MessageDescriptor Reply { get; }

    public static GatewayMethod Of(string fullName) => All.First(method => method.FullName == fullName);

    /// <summary>Most often the method that has most to say.</summary>
    public static GatewayMethod Pick(Random random) => random.Next(3) == 0 ? All[random.Next(All.Count)] : random.Next(4) == 0 ? Of(GatewayMethods.StreamEvents.FullName) : All[0];

    /// <summary>Calls the method with an empty request, and collects what comes until the call ends.</summary>
    public abstract Task CallAsync(IGrpcTransport transport, GrpcCallOptions options, List<IMessage> received);

    /// <summary>Makes a request of a message's bytes, as the simulator does.</summary>
    public abstract IMessage ParseRequest(ReadOnlySequence<byte> message);

    /// <summary>Makes an answer of a message's bytes, as the client does.</summary>
    public abstract IMessage ParseReply(ReadOnlySequence<byte> message);

    private sealed class Method<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, bool isStreaming) : GatewayMethod
        where TRequest : IMessage<TRequest>, new()
        where TReply : IMessage<TReply>, new()
    {
        public override string FullName => method.FullName;

        public override bool IsStreaming => isStreaming;

        public override MessageDescriptor Request { get; } = new TRequest().Descriptor;

        public override MessageDescriptor Reply { get; } = new TReply().Descriptor;

        public override async Task CallAsync(IGrpcTransport transport, GrpcCallOptions options, List<IMessage> received)
        {
            if (!isStreaming)
            {
                received.Add(await transport.CallAsync(method, new TRequest(), options, CancellationToken.None));
                return;
            }

            await using IGrpcStream<TReply> stream = transport.Stream(method, new TRequest(), options);
            while (await stream.MoveNextAsync(CancellationToken.None))
                received.Add(stream.Current);
        }

        public override IMessage ParseRequest(ReadOnlySequence<byte> message) => GrpcMessages.Parse((MessageParser<TRequest>)Request.Parser, message);

        public override IMessage ParseReply(ReadOnlySequence<byte> message) => method.Parse(message);
    }
}
