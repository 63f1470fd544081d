using MxGateway.Contracts.Proto;
using MxGateway.Contracts.Proto.Galaxy;

namespace MxGateway.Typed.Simulator.Faults;

/// <summary>The names of the contract's methods.</summary>
internal static class GatewayMethodNames
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. MxaccessGatewayReflection.Descriptor.Services.Concat(GalaxyRepositoryReflection.Descriptor.Services)
            .SelectMany(service => service.Methods)
            .Select(method => method.Name),
    ];
}
