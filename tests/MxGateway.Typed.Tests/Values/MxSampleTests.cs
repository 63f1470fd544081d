namespace MxGateway.Typed.Tests.Values;

public sealed class MxSampleTests
{
    [Fact]
    public void A_default_sample_has_no_value_and_is_not_good()
    {
        MxSample<float> sample = default;
        Assert.False(sample.HasValue);
        Assert.False(sample.IsGood);
        Assert.False(sample.TryGetGood(out _));
        Assert.Throws<InvalidOperationException>(() => sample.Value);
    }

    [Fact]
    public void Statuses_are_read_with_their_well_known_details()
    {
        Assert.Equal("SecurityError (1012): the attribute takes secured writes only: an operator must sign", new MxStatus(MxStatusCategory.SecurityError, MxStatusSource.Unknown, 1012, "").ToString());
        Assert.Equal("SecurityError (1013): in the gateway's words", new MxStatus(MxStatusCategory.SecurityError, MxStatusSource.Unknown, 1013, "in the gateway's words").ToString());
        Assert.Equal("Ok", MxStatus.Ok.ToString());
    }
}
