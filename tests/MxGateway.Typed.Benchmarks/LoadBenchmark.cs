using System.Globalization;
using MxGateway.Typed.Simulator;

namespace MxGateway.Typed.Benchmarks;

/// <summary>Many sessions on one simulator for some real time: what each gets, and what the process keeps.</summary>
internal static class LoadBenchmark
{
    private const int Intervals = 6;

    public static async Task RunAsync(int sessions, int items, double seconds, double changing)
    {
        await using GatewaySimulator simulator = await GatewaySimulator.StartAsync(
            LoadPlant.Snapshot(sessions, items), new GatewaySimulatorOptions { ChangingPerSecond = changing, MaxSessions = Math.Max(64, sessions) });
        LoadSession[] all = await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => LoadSession.OpenAsync(simulator.Endpoint, simulator.GeneratedKey!)));
        await Task.WhenAll(all.Select((session, i) => session.AdviseAsync(LoadPlant.References(i, items))));
        await Task.WhenAll(all.Select(session => session.CatchUpAsync()));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sessions} sessions with {items} items, {changing:P0} of them changing each second, for {seconds:0} s"));

        long[] start = [.. all.Select(session => session.Received)];
        long began = TimeProvider.System.GetTimestamp();
        using var interval = new PeriodicTimer(TimeSpan.FromSeconds(seconds / Intervals));
        for (int i = 1; i <= Intervals && await interval.WaitForNextTickAsync(); i++)
        {
            long live = GC.GetTotalMemory(forceFullCollection: true);
            double elapsed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed,5:0} s  {live / 1024.0 / 1024.0,7:0.0} MiB live  {all.Sum(session => session.Received) - start.Sum()} events"));
        }

        await Task.WhenAll(all.Select(session => session.CatchUpAsync()));
        double[] rates = [.. all.Select((session, i) => (session.Received - start[i]) / TimeProvider.System.GetElapsedTime(began).TotalSeconds).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"events/s of a session: min {rates[0]:0.0}, median {rates[rates.Length / 2]:0.0}, max {rates[^1]:0.0}; expected {items * changing:0.0}; together {rates.Sum():0}"));
        foreach (LoadSession session in all)
            await session.DisposeAsync();
    }
}
