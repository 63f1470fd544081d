using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Planning;
using static MxGateway.Typed.Generators.Tests.GalaxyText;

namespace MxGateway.Typed.Generators.Tests;

public class AccessTableTests
{
    private const string ReadOnly = "ReadOnly ReadOnly ReadOnly ReadOnly ReadOnly ReadOnly ReadOnly";
    private const string BySecurity = "Plain Plain Secured Verified Plain Plain ReadOnly";

    [Theory]
    [InlineData(-1, ReadOnly)] // undefined
    [InlineData(0, ReadOnly)] // PackageOnly
    [InlineData(1, ReadOnly)] // PackageOnly_Lockable
    [InlineData(2, ReadOnly)] // Calculated
    [InlineData(3, ReadOnly)] // CalculatedRetentive
    [InlineData(4, BySecurity)] // Writeable_U
    [InlineData(5, ReadOnly)] // Writeable_S: supervisory only
    [InlineData(6, BySecurity)] // Writeable_US
    [InlineData(7, BySecurity)] // Writeable_UC
    [InlineData(8, BySecurity)] // Writeable_USC
    [InlineData(9, BySecurity)] // Writeable_UC_Lockable
    [InlineData(10, BySecurity)] // Writeable_USC_Lockable
    [InlineData(11, ReadOnly)] // Writeable_C_Lockable
    [InlineData(12, ReadOnly)] // system
    [InlineData(18, ReadOnly)] // system
    [InlineData(19, ReadOnly)] // not known
    [InlineData(int.MaxValue, ReadOnly)]
    [InlineData(int.MinValue, ReadOnly)]
    public void Category_and_security_decide_what_a_user_may_do(int category, string expected) =>
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, 7).Select(security => AccessTable.Of(category, security))));

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void A_security_that_is_not_known_is_read_only(int security) => Assert.Equal(AttributeAccess.ReadOnly, AccessTable.Of(8, security));

    /// <summary>The table as a user has it in hands: the type of the member that each cell comes to.</summary>
    [Fact]
    public void Each_cell_of_the_table_is_the_type_of_a_member()
    {
        string[] security = ["FreeAccess", "Operate", "SecuredWrite", "VerifiedWrite", "Tune", "Configure", "ViewOnly", "not known"];
        int[] userWriteable = [4, 6, 7, 8, 9, 10];
        Type[] written =
        [
            typeof(MxAttribute<float>), typeof(MxAttribute<float>), typeof(MxSecuredAttribute<float>), typeof(MxVerifiedAttribute<float>),
            typeof(MxAttribute<float>), typeof(MxAttribute<float>), typeof(MxReadOnlyAttribute<float>), typeof(MxReadOnlyAttribute<float>),
        ];
        RepositoryAttribute[] cells =
        [
            .. from category in Enumerable.Range(-1, 21)
               from column in Enumerable.Range(0, security.Length)
               select Attribute($"C{category + 1}_{column}", category: category, security: column),
        ];
        using var plant = new LoadedPlant(GeneratorHost.Run(Item(Object(1, "Pump_001", ["$Pump"], attributes: cells))).MustCompile());

        Dictionary<string, Type> types = LoadedPlant.Attributes(plant.At("Pump_001").GetType()).ToDictionary(member => member.Name, member => member.Type);

        Assert.Equal(21 * 8, types.Count);
        for (int category = -1; category < 20; category++)
            for (int column = 0; column < security.Length; column++)
            {
                Type expected = userWriteable.Contains(category) ? written[column] : typeof(MxReadOnlyAttribute<float>);
                Type actual = types[$"C{category + 1}_{column}"];
                Assert.True(expected == actual, $"category {category}, {security[column]}: {actual}");
                Assert.Equal(expected, plant.At($"Pump_001.C{category + 1}_{column}").GetType());
            }
    }
}
