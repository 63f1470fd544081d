using System.Text.Json.Serialization;

namespace MxGateway.Typed.Cli;

/// <summary>What <c>export --json</c> prints; the time and the hash as they stand in the file.</summary>
internal sealed record ExportResult(string File, bool Changed, int Objects, int Attributes, int Templates, DateTime? Deployed, int Pages, string ContentHash);

/// <summary>What <c>simulate --json</c> prints when it listens.</summary>
internal sealed record SimulateResult(string Snapshot, Uri Endpoint, Uri? Control, string? ApiKey, int Objects, int Attributes);

/// <summary>What <c>version --json</c> prints.</summary>
internal sealed record VersionResult(string Version, string Dotnet, IReadOnlyList<string> Protocol, int SnapshotFormat);

/// <summary>How results are written for machines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExportResult))]
[JsonSerializable(typeof(SimulateResult))]
[JsonSerializable(typeof(VersionResult))]
internal sealed partial class CliJson : JsonSerializerContext;
