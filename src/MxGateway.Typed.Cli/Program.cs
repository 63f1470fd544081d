using MxGateway.Typed.Cli;

using var signals = new TerminationSignals();
return await CommandLine.RunAsync(args, CliConsole.OfProcess(), signals.Token);
