extern alias Runtime;

using System.Diagnostics;
using System.Globalization;
using System.Text;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Simulator;
using Runtime::MxGateway.Typed;

namespace MxGateway.Typed.Benchmarks;

/// <summary>
/// What reads, writes and subscriptions of many attributes cost one by one, and together: time, calls, and what the client keeps in memory. The simulator is a process of its own.
/// </summary>
internal static class TagBenchmark
{
    public const string KeyVariable = "MXGATEWAY_BENCHMARK_KEY";

    // One by one, more than these are not waited for: each costs the same, so the time and the calls of so many stand for all.
    private const int MostOneByOne = 2_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(int most)
    {
        string key = $"mxgw_benchmark_planted5ecret{Guid.NewGuid():N}";
        using Process server = StartServer(key);
        var endpoint = new Uri(await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server ended before it said where it listens"));
        Console.WriteLine("attributes  what        one by one                      together                        ratio    kept per attribute");
        await MeasureAsync(endpoint, key, 10, isPrinted: false);
        for (int count = 10; count <= most; count *= 10)
            await MeasureAsync(endpoint, key, count, isPrinted: true);
        server.StandardInput.Close();
        await server.WaitForExitAsync();
    }

    /// <summary>The simulator's process: serves the plant until its input ends.</summary>
    public static async Task ServeAsync()
    {
        string keys = $$"""{"keys": [{"key": "{{Environment.GetEnvironmentVariable(KeyVariable)}}", "scopes": ["session:open", "invoke:read", "invoke:write", "events:read"]}]}""";
        await using GatewaySimulator simulator = await GatewaySimulator.StartAsync(
            LoadPlant.Snapshot(TagPlant.Objects, TagPlant.PerObject),
            new GatewaySimulatorOptions { ChangingPerSecond = 0, Keys = SimulatorKeys.Parse(Encoding.UTF8.GetBytes(keys)) });
        Console.WriteLine(simulator.Endpoint);
        await Console.In.ReadToEndAsync();
    }

    private static async Task MeasureAsync(Uri endpoint, string key, int count, bool isPrinted)
    {
        int few = Math.Min(count, MostOneByOne);
        Result readOne = await OnPlantAsync(endpoint, key, count, (plant, tags) => OneByOneAsync(plant, tags, few, ReadAsync));
        Result readAll = await OnPlantAsync(endpoint, key, count, (plant, tags) => MeasureAsync(plant, count, () => Task.WhenAll(tags.Select(ReadAsync))));
        Result writeOne = await OnPlantAsync(endpoint, key, count, (plant, tags) => OneByOneAsync(plant, tags, few, WriteAsync));
        Result writeAll = await OnPlantAsync(endpoint, key, count, (plant, tags) => MeasureAsync(plant, count, () => WriteAllAsync(plant, tags)));
        Result adviseOne = await AdviseOneByOneAsync(endpoint, key, count, few);
        Result adviseAll = await OnPlantAsync(endpoint, key, count, AdviseAllAsync);
        if (!isPrinted)
            return;
        Print(count, "read", readOne, readAll);
        Print(count, "write", writeOne, writeAll);
        Print(count, "subscribe", adviseOne, adviseAll);
    }

    private static async Task<Result> OnPlantAsync(Uri endpoint, string key, int count, Func<Bench, MxTag[], Task<Result>> measure)
    {
        (MxGatewayOptions options, Func<CountingTransport> transport) = Options(endpoint, key);
        await using MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(options);
        var plant = new TagPlant(connection);
        return await measure(new Bench(plant, transport()), [.. plant.Tags(count)]);
    }

    private static (MxGatewayOptions Options, Func<CountingTransport> Transport) Options(Uri endpoint, string key)
    {
        CountingTransport? transport = null;
        var options = new MxGatewayOptions
        {
            Endpoint = endpoint,
            ApiKey = MxApiKey.From(key),
            WriteTimeout = s_patience,
            Transport = () => transport = new CountingTransport(new GrpcHttp2Transport(new GrpcTransportOptions { Endpoint = endpoint })),
        };
        return (options, () => transport!);
    }

    private static async Task<Result> OneByOneAsync(Bench plant, MxTag[] tags, int few, Func<MxTag, Task> one)
    {
        Result result = await MeasureAsync(plant, few, async () =>
        {
            foreach (MxTag tag in tags.Take(few))
                await one(tag);
        });
        return result.ScaledTo(tags.Length);
    }

    // A call for each item, as it is done without bulk commands: AddItem, then Advise.
    private static async Task<Result> AdviseOneByOneAsync(Uri endpoint, string key, int count, int few)
    {
        (MxGatewayOptions options, Func<CountingTransport> transport) = Options(endpoint, key);
        await using var client = new MxGatewayClient(options);
        await using MxSession session = await client.OpenSessionAsync("one by one");
        int server = await session.RegisterAsync("one by one");
        string[] references = [.. Enumerable.Range(0, few).Select(i => $"Load_{i / TagPlant.PerObject:000}.A{i % TagPlant.PerObject:0000}")];
        long calls = transport().Calls, began = Stopwatch.GetTimestamp();
        foreach (string reference in references)
            await session.AdviseAsync(server, await session.AddItemAsync(server, reference));
        return new Result(Stopwatch.GetElapsedTime(began), transport().Calls - calls, few, Kept: null).ScaledTo(count);
    }

    private static async Task<Result> AdviseAllAsync(Bench plant, MxTag[] tags)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var live = new TaskCompletionSource();
        int left = tags.Length;
        IDisposable? subscription = null;
        Result result = await MeasureAsync(plant, tags.Length, async () =>
        {
            subscription = tags.Subscribe(sample =>
            {
                if (--left == 0)
                    live.SetResult();
            });
            await live.Task.WaitAsync(s_patience);
        });
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(tags);
        subscription!.Dispose();
        return result with { Kept = (double)kept / tags.Length };
    }

    private static async Task<Result> MeasureAsync(Bench plant, int count, Func<Task> what)
    {
        long calls = plant.Transport.Calls, began = Stopwatch.GetTimestamp();
        await what();
        return new Result(Stopwatch.GetElapsedTime(began), plant.Transport.Calls - calls, count, Kept: null);
    }

    private static Task ReadAsync(MxTag tag) => tag switch
    {
        MxTag<float> number => number.ReadAsync(),
        MxTag<bool> flag => flag.ReadAsync(),
        MxTag<int> whole => whole.ReadAsync(),
        _ => ((MxTag<string>)tag).ReadAsync(),
    };

    private static Task WriteAsync(MxTag tag) => tag switch
    {
        MxAttribute<float> number => number.WriteAsync(1.5f),
        MxAttribute<bool> flag => flag.WriteAsync(true),
        MxAttribute<int> whole => whole.WriteAsync(7),
        _ => ((MxStringAttribute)tag).WriteAsync("on"),
    };

    private static async Task WriteAllAsync(Bench plant, MxTag[] tags) => (await plant.Plant.WriteAllAsync(tags.Select(tag => tag switch
    {
        MxAttribute<float> number => MxWrite.Of(number, 1.5f),
        MxAttribute<bool> flag => MxWrite.Of(flag, true),
        MxAttribute<int> whole => MxWrite.Of(whole, 7),
        _ => MxWrite.Of((MxStringAttribute)tag, "on"),
    }))).EnsureConfirmed();

    private static void Print(int count, string what, Result one, Result all) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{count,10:N0}  {what,-10}  {one,-30}  {all,-30}  {one.Time / all.Time,5:0.0} x  {(all.Kept is { } kept ? $"{kept:0} bytes" : "")}"));

    private static Process StartServer(string key) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
    {
        ArgumentList = { typeof(TagBenchmark).Assembly.Location, "plant" },
        Environment = { [KeyVariable] = key },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    private sealed record Bench(TagPlant Plant, CountingTransport Transport);

    /// <summary>What it took; where it stands for more than was measured, a tilde says so.</summary>
    private readonly record struct Result(TimeSpan Time, long Calls, int Count, double? Kept, bool IsScaled = false)
    {
        public Result ScaledTo(int count) => count == Count ? this : this with { Time = Time * ((double)count / Count), Calls = Calls * count / Count, Count = count, IsScaled = true };

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsScaled ? "~" : "")}{Time.TotalMilliseconds:N0} ms, {Calls:N0} calls");
    }
}
