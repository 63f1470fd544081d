using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MxGateway.Typed.Simulator.Faults;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator;

/// <summary>How a <see cref="GatewaySimulator"/> behaves where GATEWAY.md leaves a choice, and where tests need one.</summary>
public sealed record GatewaySimulatorOptions
{
    /// <summary>The port to listen at, on the loopback address; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The port of the control endpoint, which makes faults over HTTP, on the loopback address; 0 for any free one, null for none.</summary>
    public int? ControlPort { get; init; }

    /// <summary>The server certificate, with its private key, to serve TLS with; null for plaintext.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The certificates between the server's and its root, to send along with it.</summary>
    public X509Certificate2Collection CertificateChain { get; init; } = [];

    /// <summary>The keys that are taken; null for one key with all scopes, made at the start (<see cref="GatewaySimulator.GeneratedKey"/>).</summary>
    public SimulatorKeys? Keys { get; init; }

    /// <summary>The clock: leases, time-outs, deadlines, time stamps and movement follow it.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The fraction of the advised tags that changes each second; 0 for a plant that stands still.</summary>
    public double ChangingPerSecond { get; init; } = 0.1;

    /// <summary>What values and the order of their changes come from: the same seed gives the same plant.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many sessions may be open.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>How many items a session may have.</summary>
    public int MaxItemsPerSession { get; init; } = 1_000_000;

    /// <summary>Where the simulator logs. No key and no password is ever logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The rules that it keeps. Only a test breaks one, to see that a check notices.</summary>
    internal GatewayRules Rules { get; init; } = GatewayRules.All;

    /// <summary>What it does wrong on command. Each simulator makes its own when it starts.</summary>
    internal FaultSwitches Faults { get; init; } = new(TimeProvider.System);
}
