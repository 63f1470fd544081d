using System.Diagnostics;
using System.Globalization;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Benchmarks;

/// <summary>How fast the transport drains the gateway's event stream: frames alone, which is the ceiling, and frames made Protobuf objects.</summary>
internal static class StreamBenchmark
{
    private const int Rounds = 5;

    public static async Task RunAsync(long events)
    {
        using Process server = StartServer();
        var endpoint = new Uri(await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server ended before it said where it listens"));
        var frames = new GrpcMethod<StreamEventsRequest, long>(MxaccessGatewayReflection.Descriptor.Services[0].FindMethodByName("StreamEvents"), message => message.Length);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{events} single-event messages a run, server in a process of its own, {Rounds} rounds in turn, the median counts"));
        List<Run> drained = [], parsed = [];
        for (int round = 0; round <= Rounds; round++)
        {
            Run drain = await DrainAsync(endpoint, frames, events), parse = await DrainAsync(endpoint, GatewayMethods.StreamEvents, events);

            // The first round warms up.
            if (round == 0)
                continue;
            drained.Add(drain);
            parsed.Add(parse);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  round {round}: frames {drain.Rate / 1e6:0.00} M/s, Protobuf objects {parse.Rate / 1e6:0.00} M/s"));
        }

        Run ceiling = Median(drained), objects = Median(parsed);
        Console.WriteLine($"drain without decoding    {ceiling}");
        Console.WriteLine($"frames + Protobuf objects {objects}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Protobuf objects reach {objects.Rate / ceiling.Rate:P0} of the ceiling"));
        server.StandardInput.Close();
        await server.WaitForExitAsync();
    }

    private static async Task<Run> DrainAsync<T>(Uri endpoint, GrpcMethod<StreamEventsRequest, T> method, long events)
    {
        await using var transport = new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = endpoint });
        var metadata = GrpcMetadata.From([new(StreamServer.CountHeader, events.ToString(CultureInfo.InvariantCulture))]);
        await using IGrpcStream<T> stream = transport.Stream(method, new StreamEventsRequest(), new GrpcCallOptions(Metadata: metadata));
        await stream.Headers;
        GC.Collect();
        long allocated = GC.GetTotalAllocatedBytes(precise: true), began = Stopwatch.GetTimestamp(), count = 0;
        while (await stream.MoveNextAsync(CancellationToken.None))
            count++;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return count == events ? new Run(count / elapsed.TotalSeconds, (double)allocated / count) : throw new InvalidOperationException($"{count} events came of {events}");
    }

    private static Process StartServer() => Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
    {
        // The same program, whether it was started by itself or by dotnet.
        ArgumentList = { typeof(StreamBenchmark).Assembly.Location, "serve" },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    private static Run Median(List<Run> runs) => runs.OrderBy(run => run.Rate).ElementAt(runs.Count / 2);

    private readonly record struct Run(double Rate, double BytesPerEvent)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate / 1e6,6:0.00} M events/s  {BytesPerEvent,7:0.0} bytes allocated per event");
    }
}
