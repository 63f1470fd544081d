using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Hosting;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>What fails in the simulator itself is told, and is not taken for a caller who has left.</summary>
public class ServerFailureTests
{
    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(InvalidDataException))]
    [InlineData(typeof(ConnectionResetException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task A_failure_of_the_simulator_is_internal_whatever_it_is(Type failure)
    {
        SimulatorKeys keys = SimulatorKeys.Generate(out string key);
        var server = new GrpcServer(
            keys, new SimulatorCalls(TimeProvider.System), GatewayRules.All, new FaultSwitches(TimeProvider.System), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        server.Unary(
            GatewayMethods.TestConnection, TestConnectionRequest.Parser, scope: null,
            (_, _) => Task.FromException<TestConnectionReply>((Exception)Activator.CreateInstance(failure, "failed")!));
        var http = new DefaultHttpContext
        {
            Request =
            {
                Method = HttpMethods.Post,
                Path = GatewayMethods.TestConnection.FullName,
                ContentType = GrpcHeaders.ContentType,
                Body = new MemoryStream(new byte[GrpcFraming.HeaderSize]),
            },
        };
        http.Request.Headers.Authorization = GrpcHeaders.Bearer + key;
        await server.HandleAsync(http);
        Assert.Equal(((int)GrpcStatusCode.Internal).ToString(System.Globalization.CultureInfo.InvariantCulture), http.Response.Headers[GrpcHeaders.Status].ToString());
        Assert.Contains(failure.Name, http.Response.Headers[GrpcHeaders.Message].ToString(), StringComparison.Ordinal);
    }
}
