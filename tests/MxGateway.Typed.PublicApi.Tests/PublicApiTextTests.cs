using MxGateway.Typed.PublicApi.Tests.Sample;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.PublicApi.Tests;

public class PublicApiTextTests
{
    [Fact]
    public void One_of_each_kind_of_promise_is_written_as_approved() =>
        Approved.Verify(PublicApiText.Of(typeof(Derived).Assembly.GetTypes().Where(type => type.Namespace == typeof(Derived).Namespace)), "SampleApi");

    [Fact]
    public void What_is_internal_or_in_a_namespace_that_is_left_out_is_not_there()
    {
        string text = PublicApiText.Of(typeof(Derived).Assembly, "MxGateway.Typed.PublicApi.Tests.Sample");
        Assert.DoesNotContain("class Derived", text, StringComparison.Ordinal);
        Assert.Contains("class PublicApiTextTests", text, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(PublicApiText) + "\n", text, StringComparison.Ordinal);
    }
}
