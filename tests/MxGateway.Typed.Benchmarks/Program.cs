using System.Globalization;
using MxGateway.Typed.Benchmarks;

const string Usage = """
    usage: stream [--events 3000000]
           load [--sessions 50] [--items 1000] [--seconds 60] [--changing 0.1]
           generator [--builds 1]
           tags [--most 100000]
    """;

string verb = args.FirstOrDefault("");
if (args is ["generate", string snapshot])
{
    GeneratorBenchmark.Generate(snapshot);
    return 0;
}

Dictionary<string, double> options = new() { ["--events"] = 3_000_000, ["--sessions"] = 50, ["--items"] = 1_000, ["--seconds"] = 60, ["--changing"] = 0.1, ["--builds"] = 1, ["--most"] = 100_000 };
for (int i = 1; i < args.Length; i += 2)
{
    if (i + 1 == args.Length || !options.ContainsKey(args[i]) || !double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out double value))
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    options[args[i]] = value;
}

switch (verb)
{
    case "stream":
        await StreamBenchmark.RunAsync((long)options["--events"]);
        return 0;
    case "load":
        await LoadBenchmark.RunAsync((int)options["--sessions"], (int)options["--items"], options["--seconds"], options["--changing"]);
        return 0;
    case "generator":
        await GeneratorBenchmark.RunAsync(options["--builds"] != 0);
        return 0;
    case "tags":
        await TagBenchmark.RunAsync((int)options["--most"]);
        return 0;
    case "plant":
        await TagBenchmark.ServeAsync();
        return 0;
    case "serve":
        await StreamServer.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
