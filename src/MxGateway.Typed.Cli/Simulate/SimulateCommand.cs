using System.CommandLine;
using System.Net.Sockets;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary><c>simulate</c>: a gateway without a plant, until Ctrl+C.</summary>
internal sealed class SimulateCommand(
    CliConsole console,
    string snapshotFile,
    int port,
    string? keysFile,
    ServerCertificateFiles? certificate,
    double changingPercent,
    int? controlPort,
    bool json)
{
    private const double DefaultChangingPercent = 10;

    /// <summary>The command and its options.</summary>
    public static Command Create(CliConsole console)
    {
        Option<string> snapshot = new Option<string>("--snapshot")
        {
            Description = "The snapshot to serve.",
            HelpName = "FILE",
            Required = true,
        }.NotEmpty("name a file");
        Option<int?> port = CommonOptions.Number(
            "--port", 0, (int)ushort.MaxValue, "The port to listen at, on this machine's loopback address only; 0 for any free one.", "N");
        port.Required = true;
        Option<string> keys = new Option<string>("--keys")
        {
            Description = "The API keys and Galaxy users to know, as JSON. Default: one key with all scopes, made for this run and printed; "
                + "no users, so Galaxy security is off.",
            HelpName = "FILE",
        }.NotEmpty("name a file, or leave the option out");
        Option<string> certificate = new Option<string>("--certificate")
        {
            Description = "Serve TLS with this certificate: a PEM file, the server's certificate first, then those between it and its root. "
                + "Default: plaintext.",
            HelpName = "FILE",
        }.NotEmpty("name a file, or leave the option out");
        Option<string> certificateKey = new Option<string>("--certificate-key")
        {
            Description = "The private key of --certificate: a PEM file, not encrypted. Default: looked for in the file of --certificate.",
            HelpName = "FILE",
        }.NotEmpty("name a file, or leave the option out");
        Option<double?> changing = CommonOptions.Number(
            "--changing",
            0.0,
            100.0,
            $"How many of the advised tags change each second, in percent, 0 to 100. Default: {DefaultChangingPercent}.",
            "PERCENT");
        Option<int?> control = CommonOptions.Number(
            "--control-port",
            0,
            (int)ushort.MaxValue,
            "The port of the control endpoint, which makes faults on command over HTTP, on this machine's loopback address only; 0 for any free one. "
                + "Default: none.",
            "N");
        Option<bool> json = CommonOptions.Json();

        var command = new Command("simulate", "Serves a snapshot as an MXAccess Gateway would serve its Galaxy, with values that move, until Ctrl+C.")
        {
            snapshot,
            port,
            keys,
            certificate,
            certificateKey,
            changing,
            control,
            json,
        };
        command.SetAction((parsed, cancellationToken) => new SimulateCommand(
            console,
            parsed.GetRequiredValue(snapshot),
            parsed.GetValue(port)!.Value,
            parsed.GetValue(keys),
            ServerCertificateFiles.Of(parsed.GetValue(certificate), parsed.GetValue(certificateKey)),
            parsed.GetValue(changing) ?? DefaultChangingPercent,
            parsed.GetValue(control),
            parsed.GetValue(json)).RunAsync(cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        GalaxySnapshot snapshot = SnapshotFiles.Read(snapshotFile, "nothing is served", cancellationToken);
        using ServerCertificate? served = certificate?.Read();
        SimulatorKeys? keys = ReadKeys();
        var options = new GatewaySimulatorOptions
        {
            Port = port,
            Keys = keys,
            Certificate = served?.Certificate,
            CertificateChain = served?.Chain ?? [],
            ChangingPerSecond = changingPercent / 100,
            ControlPort = controlPort,
        };
        await using GatewaySimulator simulator = await StartAsync(snapshot, options, cancellationToken);
        Report(simulator, snapshot, keys is { HasUsers: true });
        await UntilAsync(cancellationToken);
        return ExitCodes.Done;
    }

    private async Task<GatewaySimulator> StartAsync(GalaxySnapshot snapshot, GatewaySimulatorOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await GatewaySimulator.StartAsync(snapshot, options, cancellationToken);
        }
        catch (IOException e)
        {
            throw new CommandException(e.Message, e);
        }
        catch (SocketException e)
        {
            throw new CommandException($"cannot listen at port {port}{(controlPort is null ? "" : $" and {controlPort}")}: {e.Message}", e);
        }
    }

    private SimulatorKeys? ReadKeys()
    {
        if (keysFile is null)
            return null;
        try
        {
            return SimulatorKeys.Parse(Files.ReadAll(keysFile, "the keys file"));
        }
        catch (SimulatorKeysException e)
        {
            throw new CommandException($"the keys file {keysFile} cannot be used: {e.Message}", e);
        }
    }

    private void Report(GatewaySimulator simulator, GalaxySnapshot snapshot, bool isSecured)
    {
        var result = new SimulateResult(
            snapshotFile,
            simulator.Endpoint,
            simulator.ControlEndpoint,
            simulator.GeneratedKey,
            snapshot.Objects.Count,
            SnapshotExpander.Expand(snapshot).Sum(o => o.Attributes.Count));
        if (json)
        {
            console.WriteJson(result, CliJson.Default.SimulateResult);
            return;
        }

        console.Output.WriteLine($"{result.Snapshot}: {result.Objects} objects with {result.Attributes} attributes");
        console.Output.WriteLine($"endpoint {simulator.Endpoint.Host}:{simulator.Port} ({(certificate is null ? "plaintext" : "TLS")}, this machine only)");
        if (simulator.ControlEndpoint is { } control)
            console.Output.WriteLine($"control {control.Host}:{control.Port} (HTTP, this machine only; anybody on it can make faults)");
        if (result.ApiKey is not null)
            console.Output.WriteLine($"API key {result.ApiKey} (all scopes, for this run only)");
        if (!isSecured)
            console.Output.WriteLine("Galaxy security is off: there are no users, so any credentials are taken (users come from --keys)");
        console.Output.WriteLine("Ctrl+C ends it");
        console.Output.Flush();
    }

    /// <summary>Waits for Ctrl+C.</summary>
    private static async Task UntilAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(_ => ended.SetResult(), null);
        await ended.Task;
    }
}
