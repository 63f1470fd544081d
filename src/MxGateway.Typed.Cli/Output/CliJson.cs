using System.Text.Json.Serialization;

namespace MxGateway.Typed.Cli;

/// <summary>What <c>export --json</c> prints; the time and the hash as they stand in the file.</summary>
internal sealed record ExportResult(string File, bool Changed, int Objects, int Attributes, int Templates, DateTime? Deployed, int Pages, string ContentHash);

/// <summary>What <c>simulate --json</c> prints when it listens.</summary>
internal sealed record SimulateResult(string Snapshot, Uri Endpoint, Uri? Control, string? ApiKey, int Objects, int Attributes);

/// <summary>What <c>version --json</c> prints.</summary>
internal sealed record VersionResult(string Version, string Dotnet, IReadOnlyList<string> Protocol, int SnapshotFormat);

/// <summary>What <c>open-session --json</c> prints.</summary>
internal sealed record OpenSessionResult(
    string SessionId, string Backend, int GatewayProtocolVersion, int WorkerProtocolVersion, IReadOnlyList<string> Capabilities);

/// <summary>What <c>close-session --json</c> prints.</summary>
internal sealed record CloseSessionResult(string SessionId, MxSessionState State);

/// <summary>What <c>ping --json</c> prints.</summary>
internal sealed record PingResult(string SessionId, MxSessionState State);

/// <summary>What <c>register --json</c> and <c>unregister --json</c> print.</summary>
internal sealed record ServerResult(string SessionId, int ServerHandle);

/// <summary>What <c>add-item --json</c> prints.</summary>
internal sealed record AddItemResult(string SessionId, int ServerHandle, string Item, int ItemHandle);

/// <summary>What <c>remove-item</c>, <c>advise</c> and <c>un-advise</c> print with <c>--json</c>.</summary>
internal sealed record ItemResult(string SessionId, int ServerHandle, int ItemHandle);

/// <summary>What <c>smoke --json</c> prints at its end, after the events.</summary>
internal sealed record SmokeResult(string Item, int Events);

/// <summary>How results are written for machines.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(VariantConverter)])]
[JsonSerializable(typeof(AddItemResult))]
[JsonSerializable(typeof(CloseSessionResult))]
[JsonSerializable(typeof(DeployResult))]
[JsonSerializable(typeof(EventResult))]
[JsonSerializable(typeof(ExportResult))]
[JsonSerializable(typeof(ItemResult))]
[JsonSerializable(typeof(LastDeployResult))]
[JsonSerializable(typeof(ObjectResult))]
[JsonSerializable(typeof(OpenSessionResult))]
[JsonSerializable(typeof(PingResult))]
[JsonSerializable(typeof(ReadResult))]
[JsonSerializable(typeof(ServerResult))]
[JsonSerializable(typeof(SimulateResult))]
[JsonSerializable(typeof(SmokeResult))]
[JsonSerializable(typeof(TestConnectionResult))]
[JsonSerializable(typeof(VersionResult))]
[JsonSerializable(typeof(WriteResult))]
internal sealed partial class CliJson : JsonSerializerContext;
