using MxGateway.Typed.Cli;

using var signals = new TerminationSignals(TimeProvider.System);
return await CommandLine.RunAsync(args, CliConsole.OfProcess(), signals.Token);
