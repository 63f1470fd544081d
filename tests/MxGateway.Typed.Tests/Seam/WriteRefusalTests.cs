using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>Whether a write that fails was surely not carried out depends on what the server said, and not on the transport.</summary>
public sealed class WriteRefusalTests
{
    public static TheoryData<GrpcStatusCode, Type> Statuses => new()
    {
        { GrpcStatusCode.Unauthenticated, typeof(MxAuthorizationException) },
        { GrpcStatusCode.PermissionDenied, typeof(MxAuthorizationException) },
        { GrpcStatusCode.ResourceExhausted, typeof(MxProtocolException) },
        { GrpcStatusCode.FailedPrecondition, typeof(MxProtocolException) },
        { GrpcStatusCode.InvalidArgument, typeof(MxProtocolException) },
        { GrpcStatusCode.Unimplemented, typeof(MxProtocolException) },
        { GrpcStatusCode.NotFound, typeof(MxWriteUnknownException) },
        { GrpcStatusCode.Unavailable, typeof(MxWriteUnknownException) },
        { GrpcStatusCode.Internal, typeof(MxWriteUnknownException) },
        { GrpcStatusCode.Cancelled, typeof(MxWriteUnknownException) },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_status_of_the_gateway_means_the_same_over_either_transport(GrpcStatusCode status, Type failure)
    {
        foreach (bool isAdapter in new[] { false, true })
        {
            Exception thrown = await FailureAsync(isAdapter, Refuse);
            Assert.IsType(failure, thrown);
            Assert.Equal(thrown is not MxWriteUnknownException, ((MxGatewayException)thrown).IsSurelyNotDone);
        }

        void Refuse(HttpContext call) => call.Response.Headers["grpc-status"] = ((int)status).ToString();
    }

    [Fact]
    public async Task A_limit_that_no_gateway_spoke_of_leaves_the_outcome_unknown_over_either_transport()
    {
        Assert.IsType<MxWriteUnknownException>(await FailureAsync(isAdapter: false, Reset));
        Assert.IsType<MxWriteUnknownException>(await FailureAsync(isAdapter: true, Reset));

        static void Reset(HttpContext call)
        {
            const int EnhanceYourCalm = 11;
            call.Features.GetRequiredFeature<IHttpResetFeature>().Reset(EnhanceYourCalm);
        }
    }

    private static async Task<Exception> FailureAsync(bool isAdapter, Action<HttpContext> fail)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Take = (command, call) =>
        {
            if (command.Kind != MxCommandKind.Write)
                return false;
            fail(call);
            return true;
        };
        await using var below = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = gateway.Server.Endpoint });
        var invoker = new TransportCallInvoker(below);
        MxGatewayOptions options = isAdapter ? gateway.Options with { Transport = () => DocumentedAdapter.Over(invoker) } : gateway.Options;
        await using TestPlant plant = await TestPlant.ConnectAsync(options);
        Task write = plant.Pump_001.Speed.WriteAsync(1);
        await Retry.Until("the tag is advised", () => gateway.Commands.Any(command => command.Kind == MxCommandKind.SubscribeBulk));
        gateway.Send(ScriptedGateway.Change(1, 101, 0));
        return await Assert.ThrowsAnyAsync<MxGatewayException>(() => write);
    }
}
