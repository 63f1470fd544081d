using System.Text.Json.Serialization;

namespace MxGateway.Typed.Cli;

/// <summary>What <c>galaxy test-connection --json</c> prints.</summary>
internal sealed record TestConnectionResult(bool Ok);

/// <summary>What <c>galaxy last-deploy --json</c> prints.</summary>
internal sealed record LastDeployResult(DateTime? Deployed);

/// <summary>What <c>galaxy list --json</c> prints for each object.</summary>
internal sealed record ObjectResult(string TagName, string ContainedName, int GobjectId, int? ParentGobjectId, bool IsArea, int CategoryId, string? Template)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttributeResult>? Attributes { get; init; }

    public static ObjectResult Of(MxGalaxyObject o, bool withAttributes) =>
        new(o.TagName, o.ContainedName, o.GobjectId, o.ParentGobjectId, o.IsArea, o.CategoryId, o.TemplateChain.Count > 0 ? o.TemplateChain[0] : null)
        {
            Attributes = withAttributes ? [.. o.Attributes.Select(AttributeResult.Of)] : null,
        };
}

/// <summary>An attribute in JSON.</summary>
internal sealed record AttributeResult(string Reference, string Type, bool IsArray, int Category, MxSecurityClassification Security)
{
    public static AttributeResult Of(MxGalaxyAttribute a) => new(a.Reference, a.DataTypeName, a.IsArray, a.Category, a.SecurityClassification);
}

/// <summary>What <c>galaxy watch-deploys --json</c> prints for each event.</summary>
internal sealed record DeployResult(ulong Sequence, DateTime ObservedAt, DateTime? Deployed, int Objects, int Attributes, ulong Missed)
{
    public static DeployResult Of(MxDeployEvent e) =>
        new(e.Sequence, e.ObservedAt.UtcDateTime, e.DeployTime?.UtcDateTime, e.ObjectCount, e.AttributeCount, e.Missed);
}
