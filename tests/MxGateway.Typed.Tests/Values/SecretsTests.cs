namespace MxGateway.Typed.Tests.Values;

public sealed class SecretsTests
{
    private const string Key = "mxgw_7f3a_planted5ecret";

    [Fact]
    public void A_key_never_shows_itself()
    {
        MxApiKey key = MxApiKey.From(Key);
        var options = new MxGatewayOptions { Endpoint = new Uri("http://localhost:5000"), ApiKey = key };
        Assert.DoesNotContain("planted", $"{key} {options}");
    }

    [Fact]
    public void Credentials_show_their_name_only() => Assert.Equal("operator", new MxCredentials("operator", "planted5ecret").ToString());

    [Theory]
    [InlineData("mxgw_a b")]
    [InlineData("mxgw_a\r\nx: y")]
    [InlineData("mxgw_ä")]
    public void A_key_that_cannot_stand_in_a_header_is_refused_without_being_shown(string key)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => MxApiKey.From(key));
        Assert.DoesNotContain(key, failure.Message);
    }

    [Fact]
    public void An_environment_variable_that_is_not_set_is_named()
    {
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => MxApiKey.FromEnvironment("MXGT_TEST_NOT_SET"));
        Assert.Contains("MXGT_TEST_NOT_SET", failure.Message);
    }
}
