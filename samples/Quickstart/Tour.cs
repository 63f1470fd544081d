using System.Globalization;
using MxGateway.Typed;
using Quickstart.Plant;
using Spectre.Console;

namespace Quickstart;

/// <summary>What an application does with a plant: walk it, read, write, advise.</summary>
internal static class Tour
{
    public static async Task RunAsync(MxGatewayOptions options, TimeSpan time, CancellationToken stop)
    {
        // Disposing of the plant un-advises, removes, unregisters and closes the session, however this method ends.
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(options, stop);
        Console.WriteLine($"Connected with {options.Endpoint}");

        // Walk: areas, objects and attributes are members. A misspelt one does not compile.
        Pump pump = plant.Mixing.Pump_001;
        Console.WriteLine($"The plant has {plant.All<Pump>().Count()} pumps; this is {pump.TagName}");

        // Read: value, quality, timestamp, status.
        MxSample<float> speed = await pump.Speed.ReadAsync(stop);
        Console.WriteLine($"{pump.Speed} = {speed}");

        // Read all of an object in one round trip, as a record.
        PumpValues all = await pump.ReadAllAsync(stop);
        Console.WriteLine($"{pump}: {all.WorstQuality} at worst, times {all.TimeSkew.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s apart");

        // Write: returns when MXAccess confirmed it. Speed has no WriteAsync: nobody may write it.
        await WriteAndRestoreAsync(pump.SpeedSetpoint, 42.5f, stop);

        // Advise: many tags at once, each kept up to date by the gateway.
        await WatchAsync([.. plant.All<Pump>().Select(any => any.Speed)], pump.Running, time, stop);
        Console.WriteLine($"{pump.Speed} = {await pump.Speed.ReadAsync(stop)}");
    }

    private static async Task WriteAndRestoreAsync(MxAttribute<float> setpoint, float value, CancellationToken stop)
    {
        if (!(await setpoint.ReadAsync(stop)).TryGetGood(out float before))
        {
            Console.WriteLine($"{setpoint} is not written: it has no good value to go back to");
            return;
        }

        try
        {
            await setpoint.WriteAsync(value, stop);
            Console.WriteLine($"{setpoint} = {await setpoint.ReadAsync(stop)}");
        }
        finally
        {
            // Also after Ctrl+C: a tour leaves the plant as it was.
            await setpoint.WriteAsync(before, CancellationToken.None);
        }
    }

    private static async Task WatchAsync(MxTag<float>[] floats, MxTag<bool> running, TimeSpan time, CancellationToken stop)
    {
        var rows = new SortedDictionary<string, (string Sample, int Count)>(StringComparer.Ordinal);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(time);

        Task[] watching = [.. floats.Select(tag => CollectAsync(tag, rows, end.Token)), CollectAsync(running, rows, end.Token)];
        if (AnsiConsole.Profile.Capabilities.Interactive)
            await AnsiConsole.Live(Table(rows)).StartAsync(async live =>
            {
                while (!end.IsCancellationRequested)
                {
                    live.UpdateTarget(Table(rows));
                    await Task.Delay(100, CancellationToken.None);
                }
            });

        await Task.WhenAll(watching);
        stop.ThrowIfCancellationRequested();
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            AnsiConsole.Write(Table(rows));
    }

    private static async Task CollectAsync<T>(MxTag<T> tag, SortedDictionary<string, (string Sample, int Count)> rows, CancellationToken end)
    {
        try
        {
            await foreach (MxSample<T> sample in tag.AdviseAsync(end))
                lock (rows)
                    rows[tag.Reference] = (sample.ToString(), rows.GetValueOrDefault(tag.Reference).Count + 1);
        }
        catch (OperationCanceledException)
        {
            // The time is up.
        }
    }

    private static Table Table(SortedDictionary<string, (string Sample, int Count)> rows)
    {
        Table table = new Table().AddColumns("Tag", "Last sample", "Samples");
        lock (rows)
            foreach ((string reference, (string sample, int count)) in rows)
                table.AddRow(Markup.Escape(reference), Markup.Escape(sample), count.ToString(CultureInfo.InvariantCulture));
        return table;
    }
}
