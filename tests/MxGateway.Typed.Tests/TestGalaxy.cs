using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Tests;

/// <summary>A Galaxy of one pump, as the simulator serves it.</summary>
internal static class TestGalaxy
{
    public static GalaxySnapshot Snapshot { get; } = SnapshotBuilder.Build(
        [
            new RepositoryObject
            {
                GobjectId = 1, TagName = "Pump_001", BrowseName = "Pump_001", CategoryId = 10, TemplateChain = ["$Pump"],
                Attributes =
                [
                    Attribute("Speed", MxDataType.Float), Attribute("Running", MxDataType.Boolean), Attribute("Count", MxDataType.Integer), Attribute("Total", MxDataType.Double),
                    Attribute("Note", MxDataType.String), Attribute("Started", MxDataType.Time), Attribute("RunTime", MxDataType.ElapsedTime), Attribute("Mode", MxDataType.QualifiedEnum),
                    Attribute("Kind", MxDataType.DataTypeEnum), Attribute("Blob", MxDataType.QualifiedStruct), Attribute("Odd", (MxDataType)77),
                    Attribute("Recipe", MxDataType.Float, isArray: true), Attribute("Steps", MxDataType.String, isArray: true),
                    Attribute("Measured", MxDataType.Float, category: 2),
                    Attribute("Signed", MxDataType.Boolean, security: MxSecurityClassification.SecuredWrite), Attribute("Verified", MxDataType.Boolean, security: MxSecurityClassification.VerifiedWrite),
                    Attribute("PV", MxDataType.Float), Attribute("PV.HiHi.Limit", MxDataType.Float),
                ],
            },
        ],
        "0.1", deployTime: null, SnapshotFilter.None);

    private static RepositoryAttribute Attribute(
        string name, MxDataType type, bool isArray = false, int category = 6, MxSecurityClassification security = MxSecurityClassification.Operate) => new()
        {
            AttributeName = name, FullTagReference = $"Pump_001.{name}{(isArray ? "[]" : "")}", MxDataType = (int)type, DataTypeName = type.ToString(), IsArray = isArray,
            ArrayDimension = isArray ? 4 : 0, ArrayDimensionPresent = isArray, MxAttributeCategory = category, SecurityClassification = (int)security,
        };
}
