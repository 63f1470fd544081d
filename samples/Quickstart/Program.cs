using System.CommandLine;
using MxGateway.Typed;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;
using Quickstart;

Option<Uri?> endpoint = new("--endpoint")
{
    Description = "A gateway to use, such as http://localhost:5000; its key is taken from MXGATEWAY_API_KEY. Default: a simulator inside this program. Mind that a setpoint is written, and set back.",
    CustomParser = argument =>
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out Uri? uri) && uri.Scheme is ("http" or "https"))
            return uri;
        argument.AddError("--endpoint is an address such as http://localhost:5000");
        return null;
    },
};
Option<double> seconds = new("--seconds") { Description = "How long to advise.", DefaultValueFactory = _ => 4 };
var command = new RootCommand("Reads, writes and advises the tags of a plant through types that were generated from its snapshot.") { endpoint, seconds };
seconds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<double>() is not (> 0 and <= 3600))
        result.AddError("--seconds is a number above 0, and at most 3600");
});
command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(endpoint), TimeSpan.FromSeconds(arguments.GetValue(seconds)), stop));

// Ctrl+C cancels the token that the command was given, and waits for it to end: long enough to close the session.
ParseResult parsed = command.Parse(args);
int exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
return parsed.Errors.Count > 0 ? 2 : exitCode;

static async Task<int> RunAsync(Uri? endpoint, TimeSpan time, CancellationToken stop)
{
    try
    {
        await using GatewaySimulator? simulator = endpoint is null ? await StartSimulatorAsync(stop) : null;
        var options = new MxGatewayOptions
        {
            Endpoint = endpoint ?? simulator!.Endpoint,
            ApiKey = simulator is null ? MxApiKey.FromEnvironment("MXGATEWAY_API_KEY") : MxApiKey.From(simulator.GeneratedKey!),
            ClientName = "Quickstart",
        };
        await Tour.RunAsync(options, time, stop);
        return 0;
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        // The plant was disposed of on the way here: what it had on the gateway is released.
        Console.Error.WriteLine("Stopped.");
        return 1;
    }
    catch (Exception e) when (e is MxGatewayException or InvalidOperationException or IOException)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
}

// A gateway without a plant: it serves the very snapshot that the types were generated from, and every value moves about once a second.
static async Task<GatewaySimulator> StartSimulatorAsync(CancellationToken stop)
{
    string file = Path.Combine(AppContext.BaseDirectory, "Plant.galaxy.json");
    SnapshotReadResult read = SnapshotReader.Read(await File.ReadAllBytesAsync(file, stop), stop);
    GalaxySnapshot snapshot = read.Snapshot ?? throw new IOException($"{file}{read.Problems[0].Position}: {read.Problems[0].Message}");
    return await GatewaySimulator.StartAsync(snapshot, new GatewaySimulatorOptions { ChangingPerSecond = 1 }, stop);
}
