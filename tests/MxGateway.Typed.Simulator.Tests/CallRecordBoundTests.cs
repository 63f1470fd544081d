namespace MxGateway.Typed.Simulator.Tests;

public class CallRecordBoundTests
{
    [Fact]
    public void The_record_keeps_no_more_characters_than_it_says_and_the_newest_calls()
    {
        var calls = new SimulatorCalls(TimeProvider.System);
        string[] quarter = [new('x', SimulatorCalls.MaxCharacters / 4)];
        for (int i = 0; i < 6; i++)
            calls.Add("Invoke", null, "session-x", quarter);
        Assert.Equal([3L, 4L, 5L, 6L], calls.ToList().Select(call => call.Number));

        calls.Add("Invoke", null, "session-x", ["y"]);
        Assert.Equal([4L, 5L, 6L, 7L], calls.ToList().Select(call => call.Number));
        calls.Clear();
        for (int i = 0; i < 4; i++)
            calls.Add("Invoke", null, "session-x", quarter);
        Assert.Equal(4, calls.ToList().Count);
    }
}
