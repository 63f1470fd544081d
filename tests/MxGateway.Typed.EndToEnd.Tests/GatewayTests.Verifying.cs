using MxGateway.Contracts.Proto;
using MxGateway.Typed.EndToEnd.Tests.Harness;
using MxGateway.Typed.Snapshot;
using SamplePlant;

namespace MxGateway.Typed.EndToEnd.Tests;

public abstract partial class GatewayTests
{
    [PeerFact]
    public async Task The_whole_sample_plant_is_as_its_classes_say()
    {
        await using TestGateway gateway = await StartAsync(new() { DeployTime = Tests.SamplePlant.Snapshot.DeployTime!.Value });
        await using (PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options))
        {
            MxVerifyReport report = await plant.VerifyAsync(MxVerifyScope.WholePlant);
            Assert.Empty(report.Mismatches);
            Assert.Equal((s_objects.Length, s_objects.Sum(o => o.Attributes.Count), false), (report.ObjectCount, report.AttributeCount, report.IsDeployedAnew));
            Assert.Equal(0, gateway.Count(MxCommandKind.ReadBulk) + gateway.Count(MxCommandKind.SubscribeBulk));
        }

        gateway.AssertNothingLeftBehind();
    }

    [PeerFact]
    public async Task What_the_program_uses_is_compared_with_the_Galaxy_that_was_deployed_meanwhile()
    {
        await using TestGateway gateway = await StartAsync(new());
        await using PlantGalaxy plant = await PlantGalaxy.ConnectAsync(gateway.Options);
        Pump pump = plant.Mixing.Pump_001;
        await pump.Speed.ReadAsync();
        _ = (pump.Mode, pump.SpeedSetpoint, pump.PV.EngUnits, plant.Mixing.Pump_002.Speed);
        MxVerifyReport before = await plant.VerifyAsync();
        Assert.True(before.IsAsExpected);
        Assert.Contains("Pump_001.PV.EngUnits", before.Members.Select(member => member.Reference));

        RepositoryObject[] changed =
        [
            .. With("Pump_002", _ => null).Select(o => o.TagName != "Pump_001" ? o : Changed(o, a => a.AttributeName switch
            {
                "Mode" => Changed(a, type: 5),
                "SpeedSetpoint" => Changed(a, security: 2),
                "PV.EngUnits" => null,
                "Speed" => Changed(a, isArray: true),
                _ => a,
            })),
        ];
        await gateway.DeployAsync(changed, s_redeployed);
        MxVerifyReport after = await plant.VerifyAsync();
        Assert.Equal((s_redeployed, true), (after.GalaxyDeployTime, after.IsDeployedAnew));
        Assert.Equal(
            [
                ("Pump_001.Mode", MxMismatch.Type), ("Pump_001.PV.EngUnits", MxMismatch.AttributeGone), ("Pump_001.Speed", MxMismatch.Array), ("Pump_001.SpeedSetpoint", MxMismatch.Access),
                ("Pump_002", MxMismatch.ObjectGone), ("Pump_002.Speed", MxMismatch.ObjectGone),
            ],
            after.Mismatches.Select(member => (member.Reference, member.Mismatch)).OrderBy(member => member.Reference, StringComparer.Ordinal));

        // The whole plant has these, and what else the object had that is gone.
        MxVerifyReport whole = await plant.VerifyAsync(MxVerifyScope.WholePlant);
        Assert.Subset(whole.Mismatches.Select(member => member.Reference).ToHashSet(), after.Mismatches.Select(member => member.Reference).ToHashSet());
        Assert.All(whole.Mismatches, member => Assert.True(member.TagName is "Pump_001" or "Pump_002"));
    }

    private static RepositoryObject Changed(RepositoryObject o, Func<RepositoryAttribute, RepositoryAttribute?> change) => new()
    {
        GobjectId = o.GobjectId, TagName = o.TagName, ContainedName = o.ContainedName, BrowseName = o.BrowseName, ParentGobjectId = o.ParentGobjectId, IsArea = o.IsArea,
        CategoryId = o.CategoryId, HostedByGobjectId = o.HostedByGobjectId, TemplateChain = o.TemplateChain, Attributes = [.. o.Attributes.Select(change).OfType<RepositoryAttribute>()],
    };

    private static RepositoryAttribute Changed(RepositoryAttribute a, int? type = null, int? security = null, bool? isArray = null) => new()
    {
        AttributeName = a.AttributeName, FullTagReference = a.FullTagReference + (isArray == true ? "[]" : ""), MxDataType = type ?? a.MxDataType,
        DataTypeName = type is null ? a.DataTypeName : ((MxDataType)type).ToString(), IsArray = isArray ?? a.IsArray, ArrayDimension = a.ArrayDimension,
        ArrayDimensionPresent = a.ArrayDimensionPresent, MxAttributeCategory = a.MxAttributeCategory, SecurityClassification = security ?? a.SecurityClassification,
        IsHistorized = a.IsHistorized, IsAlarm = a.IsAlarm,
    };
}
