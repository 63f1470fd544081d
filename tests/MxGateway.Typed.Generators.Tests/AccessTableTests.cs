using MxGateway.Typed.Snapshot.Planning;

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
}
