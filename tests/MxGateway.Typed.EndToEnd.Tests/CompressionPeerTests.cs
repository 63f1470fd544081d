using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>A gateway whose gRPC stack compresses its answers with gzip, for callers that take it.</summary>
public sealed class CompressionPeerTests
{
    [PeerFact]
    public async Task A_compressed_answer_is_taken()
    {
        await using PythonGateway gateway = await StartAsync();
        await using var transport = new GrpcHttp2Transport(new() { Endpoint = gateway.Endpoint, ApiKey = gateway.Key });
        DiscoverHierarchyReply page = await transport.CallAsync(GatewayMethods.DiscoverHierarchy, new DiscoverHierarchyRequest(), default, default);
        Assert.Equal(SamplePlantFile.Hierarchy.Objects.ToHashSet(), page.Objects.ToHashSet());
    }

    [PeerFact]
    public async Task A_stream_says_that_its_messages_are_compressed_and_they_are_taken()
    {
        await using PythonGateway gateway = await StartAsync();
        await using var transport = new GrpcHttp2Transport(new() { Endpoint = gateway.Endpoint, ApiKey = gateway.Key });
        await using IGrpcStream<DeployEvent> stream = transport.Stream(GatewayMethods.WatchDeployEvents, new WatchDeployEventsRequest(), default);
        Assert.Equal("gzip", (await stream.Headers)[GrpcHeaders.Encoding]);
        Assert.True(await stream.MoveNextAsync(default));
        Assert.Equal(SamplePlantFile.Hierarchy.Objects.Count, stream.Current.ObjectCount);
    }

    [PeerFact]
    public async Task An_application_sees_no_difference()
    {
        await using PythonGateway gateway = await StartAsync();
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxAttribute<float> setpoint = plant.Mixing.Pump_001.SpeedSetpoint;
            await using IAsyncEnumerator<MxSample<float>> samples = setpoint.AdviseAsync().GetAsyncEnumerator();
            await GatewayTests.UntilAsync(samples, sample => sample.IsGood);
            await setpoint.WriteAsync(77.5f);
            await GatewayTests.UntilAsync(samples, sample => sample.Value == 77.5f);
            Assert.True((await plant.Mixing.Pump_001.Mode.ReadAsync()).IsGood);
        }

        gateway.AssertNothingLeftBehind();
    }

    private static Task<PythonGateway> StartAsync() => PythonGateway.StartAsync(SamplePlantFile.Hierarchy, new() { Arguments = ["--gzip"] });
}
