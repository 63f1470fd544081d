using Google.Protobuf;
using Google.Protobuf.Reflection;
using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Protocol;

/// <summary>The gateway's methods. Names come from the generated descriptors.</summary>
public static class GatewayMethods
{
    private static readonly ServiceDescriptor s_gateway = MxaccessGatewayReflection.Descriptor.FindTypeByName<ServiceDescriptor>("MxAccessGateway");
    private static readonly ServiceDescriptor s_galaxy = GalaxyRepositoryReflection.Descriptor.FindTypeByName<ServiceDescriptor>("GalaxyRepository");

    /// <summary>Opens a session with a worker of its own.</summary>
    public static GrpcMethod<OpenSessionRequest, OpenSessionReply> OpenSession { get; } =
        Method<OpenSessionRequest, OpenSessionReply>(s_gateway, "OpenSession", OpenSessionReply.Parser);

    /// <summary>Closes a session and ends its event stream.</summary>
    public static GrpcMethod<CloseSessionRequest, CloseSessionReply> CloseSession { get; } =
        Method<CloseSessionRequest, CloseSessionReply>(s_gateway, "CloseSession", CloseSessionReply.Parser);

    /// <summary>One MXAccess command.</summary>
    public static GrpcMethod<MxCommandRequest, MxCommandReply> Invoke { get; } =
        Method<MxCommandRequest, MxCommandReply>(s_gateway, "Invoke", MxCommandReply.Parser);

    /// <summary>The session's events.</summary>
    public static GrpcMethod<StreamEventsRequest, MxEvent> StreamEvents { get; } =
        Method<StreamEventsRequest, MxEvent>(s_gateway, "StreamEvents", MxEvent.Parser);

    /// <summary>Probes the Galaxy's database.</summary>
    public static GrpcMethod<TestConnectionRequest, TestConnectionReply> TestConnection { get; } =
        Method<TestConnectionRequest, TestConnectionReply>(s_galaxy, "TestConnection", TestConnectionReply.Parser);

    /// <summary>When the Galaxy was last deployed.</summary>
    public static GrpcMethod<GetLastDeployTimeRequest, GetLastDeployTimeReply> GetLastDeployTime { get; } =
        Method<GetLastDeployTimeRequest, GetLastDeployTimeReply>(s_galaxy, "GetLastDeployTime", GetLastDeployTimeReply.Parser);

    /// <summary>One page of the hierarchy.</summary>
    public static GrpcMethod<DiscoverHierarchyRequest, DiscoverHierarchyReply> DiscoverHierarchy { get; } =
        Method<DiscoverHierarchyRequest, DiscoverHierarchyReply>(s_galaxy, "DiscoverHierarchy", DiscoverHierarchyReply.Parser);

    /// <summary>The deploy state, then one event per deploy.</summary>
    public static GrpcMethod<WatchDeployEventsRequest, DeployEvent> WatchDeployEvents { get; } =
        Method<WatchDeployEventsRequest, DeployEvent>(s_galaxy, "WatchDeployEvents", DeployEvent.Parser);

    /// <summary>The children of one object.</summary>
    public static GrpcMethod<BrowseChildrenRequest, BrowseChildrenReply> BrowseChildren { get; } =
        Method<BrowseChildrenRequest, BrowseChildrenReply>(s_galaxy, "BrowseChildren", BrowseChildrenReply.Parser);

    private static GrpcMethod<TRequest, TReply> Method<TRequest, TReply>(ServiceDescriptor service, string name, MessageParser<TReply> parser)
        where TRequest : IMessage
        where TReply : IMessage<TReply>, new() =>
        new(
            service.FindMethodByName(name)
                ?? throw new InvalidOperationException($"the .proto files that this was built against have no {service.FullName}/{name}"),
            message => GrpcMessages.Parse(parser, message));
}
