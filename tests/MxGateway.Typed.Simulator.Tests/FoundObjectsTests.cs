using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Tests;

/// <summary>A page costs what it holds, and not a search of the whole Galaxy.</summary>
public class FoundObjectsTests
{
    private readonly FoundObjects _found = new();
    private int _searches;

    [Fact]
    public void The_pages_of_a_question_cost_one_search()
    {
        for (int page = 0; page < 1_000; page++)
        {
            Ask("alarms");
            Ask("history");
        }

        Assert.Equal(2, _searches);
    }

    [Fact]
    public void A_question_that_was_asked_too_long_ago_is_searched_again()
    {
        IReadOnlyList<RepositoryObject> first = Ask("0");
        for (int question = 1; question <= FoundObjects.Kept; question++)
            Ask($"{question}");
        Assert.Equal(FoundObjects.Kept + 1, _searches);
        Assert.NotSame(first, Ask("0"));
        Assert.Equal(FoundObjects.Kept + 2, _searches);
    }

    [Fact]
    public void A_question_that_fails_is_not_kept()
    {
        Assert.Throws<InvalidOperationException>(() => _found.Get("broken", () => throw new InvalidOperationException()));
        Ask("broken");
        Assert.Equal(1, _searches);
    }

    private IReadOnlyList<RepositoryObject> Ask(string question) => _found.Get(question, () =>
    {
        _searches++;
        return [TestPlant.Object(1, "A")];
    });
}
