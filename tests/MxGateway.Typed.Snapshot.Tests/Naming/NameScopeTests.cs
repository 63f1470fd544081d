using FsCheck;
using FsCheck.Fluent;
using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Snapshot.Tests;

public class NameScopeTests
{
    [Fact]
    public void A_name_that_needs_no_rule_wins() => Assert.Equal(["Pump_2_", "Pump_2"], NameScope.Assign(["Pump#2", "Pump_2"], []));

    [Fact]
    public void Further_ones_are_numbered_in_ordinal_order() =>
        Assert.Equal(["P_1_3", "P_1", "P_1_", "P_1_2"], NameScope.Assign(["P.1", "P_1", "P#1", "P$1"], []));

    [Fact]
    public void A_reserved_name_is_taken() => Assert.Equal(["ToString_", "Speed"], NameScope.Assign(["ToString", "Speed"], ["ToString"]));

    [Fact]
    public void A_keyword_that_is_taken_needs_no_at_sign_any_more() => Assert.Equal(["lock_", "@class"], NameScope.Assign(["lock", "class"], ["@lock"]));

    [Fact]
    public void Case_twins_are_two_names() => Assert.Equal(["Tank", "TANK"], NameScope.Assign(["Tank", "TANK"], []));

    [Fact]
    public void Of_two_that_are_the_same_the_first_wins() => Assert.Equal(["Motor", "Motor_"], NameScope.Assign(["Motor", "Motor"], []));

    [Fact]
    public void A_kept_name_comes_before_all_others() => Assert.Equal(["Pump_2_", "Pump_2"], NameScope.Assign(["Pump_2", "Pump#2"], [], [null, "Pump_2"]));

    [Fact]
    public void No_two_are_alike_and_the_order_does_not_matter() => Prop.ForAll(Galaxies.Names().Generator.ListOf().ToArbitrary(), names =>
    {
        string[] distinct = [.. names.Distinct(StringComparer.Ordinal)];
        IReadOnlyList<string> identifiers = NameScope.Assign(distinct, ["Value", "ToString"]);
        Assert.Equal(distinct.Length, identifiers.Append("Value").Append("ToString").Select(identifier => identifier.TrimStart('@')).Distinct().Count() - 2);
        Assert.Equal(identifiers.Reverse(), NameScope.Assign([.. distinct.Reverse()], ["ToString", "Value"]));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261102, 1));
}
