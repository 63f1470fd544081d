using MxGateway.Contracts.Proto;
using MxDataType = MxGateway.Typed.MxDataType;

namespace MxGateway.Typed.Tests.Values;

public sealed class MxVariantTests
{
    public static TheoryData<MxVariant, MxVariantKind, MxDataType> Made => new()
    {
        { default, MxVariantKind.Null, MxDataType.NoData },
        { (string?)null, MxVariantKind.Null, MxDataType.NoData },
        { true, MxVariantKind.Boolean, MxDataType.Boolean },
        { 7, MxVariantKind.Int32, MxDataType.Integer },
        { 7L, MxVariantKind.Int64, MxDataType.Integer },
        { 1.5f, MxVariantKind.Float, MxDataType.Float },
        { 1.5, MxVariantKind.Double, MxDataType.Double },
        { "text", MxVariantKind.String, MxDataType.String },
        { new DateTimeOffset(2026, 11, 2, 7, 15, 0, TimeSpan.FromHours(1)), MxVariantKind.Time, MxDataType.Time },
        { TimeSpan.FromSeconds(1), MxVariantKind.Int64, MxDataType.ElapsedTime },
        { MxVariant.OfElements(1.5f, 2.5f), MxVariantKind.Array, MxDataType.Float },
        { MxVariant.OfElements("a", ""), MxVariantKind.Array, MxDataType.String },
        { MxVariant.OfElements(TimeSpan.Zero), MxVariantKind.Array, MxDataType.ElapsedTime },
        { MxVariant.OfElements(DateTimeOffset.UnixEpoch), MxVariantKind.Array, MxDataType.Time },
        { ((MxVariant)"Pump_001").As(MxDataType.ReferenceType), MxVariantKind.String, MxDataType.ReferenceType },
    };

    [Theory]
    [MemberData(nameof(Made), DisableDiscoveryEnumeration = true)]
    public void A_value_knows_its_kind_and_the_data_type_that_goes_on_the_wire(MxVariant value, MxVariantKind kind, MxDataType dataType) =>
        Assert.Equal((kind, dataType), (value.Kind, value.DataType));

    [Theory]
    [MemberData(nameof(Made), DisableDiscoveryEnumeration = true)]
    public async Task A_value_comes_back_from_the_wire_as_it_was_sent(MxVariant value, MxVariantKind kind, MxDataType dataType)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        MxValue? sent = null;
        gateway.Answer = command =>
        {
            sent ??= command.Write?.Value;
            return Task.FromResult(command.Kind != MxCommandKind.ReadBulk ? null : new MxCommandReply { ReadBulk = new() { Results = { new BulkReadResult { Value = sent } } } });
        };
        await using var client = new MxGatewayClient(gateway.Options);
        MxSession session = client.TakeUpSession("s");
        if (kind == MxVariantKind.Null)
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await session.WriteAsync(1, 2, value));
            return;
        }

        await session.WriteAsync(1, 2, value);
        MxVariant back = Assert.Single(await session.ReadBulkAsync(1, ["A.B"])).Value;
        Assert.Equal((value, dataType), (back, back.DataType));
    }

    [Fact]
    public void What_is_compared_is_the_value_and_not_how_it_travels() => Assert.Equal((MxVariant)"a", ((MxVariant)"a").As(MxDataType.BigString));

    [Fact]
    public void An_array_is_a_copy_and_takes_no_other_types()
    {
        float[] elements = [1, 2];
        MxVariant array = MxVariant.OfElements(elements);
        elements[0] = 9;
        Assert.True(array.TryGet(out IReadOnlyList<float>? values));
        Assert.Equal([1, 2], values);
        Assert.Throws<NotSupportedException>(() => MxVariant.OfElements(1u, 2u));
        Assert.Throws<NotSupportedException>(() => MxVariant.OfElements<object>("a"));
        Assert.Throws<ArgumentException>(() => MxVariant.OfElements("a", null!));
    }
}
