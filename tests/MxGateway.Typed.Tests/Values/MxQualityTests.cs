namespace MxGateway.Typed.Tests.Values;

public sealed class MxQualityTests
{
    [Theory]
    [InlineData(0, "bad")]
    [InlineData(4, "bad (configuration error)")]
    [InlineData(8, "bad (not connected)")]
    [InlineData(32, "bad (waiting for initial data)")]
    [InlineData(64, "uncertain")]
    [InlineData(84, "uncertain (engineering units exceeded)")]
    [InlineData(192, "good")]
    [InlineData(216, "good (local override)")]
    [InlineData(193, "good, low limit")]
    [InlineData(86, "uncertain (engineering units exceeded), high limit")]
    [InlineData(195, "good, constant")]
    [InlineData(40, "bad (40)")]
    public void A_quality_reads_as_OPC_names_it(int code, string text) => Assert.Equal(text, new MxQuality((ushort)code).ToString());

    [Fact]
    public void Every_quality_is_exactly_one_of_good_uncertain_and_bad()
    {
        for (int code = 0; code <= ushort.MaxValue; code++)
        {
            var quality = new MxQuality((ushort)code);
            Assert.Equal(1, (quality.IsGood ? 1 : 0) + (quality.IsUncertain ? 1 : 0) + (quality.IsBad ? 1 : 0));
        }
    }

    [Fact]
    public void Only_the_low_byte_decides() => Assert.True(new MxQuality(0x01C0).IsGood);
}
