using MxGateway.Typed.EndToEnd.Tests.Harness;

namespace MxGateway.Typed.EndToEnd.Tests;

/// <summary>
/// Checks of a gateway that is there already, safe for a real plant: they open, ping, read, advise, stream, look at the Galaxy, and leave nothing behind.
/// Only the last one writes, and only to an item that was named for it: the value that it has.
/// </summary>
public sealed class LiveGatewayChecks
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [LiveFact]
    public async Task A_session_opens_answers_and_closes()
    {
        await using var client = new MxGatewayClient(LiveGateway.Options);
        await using MxSession session = await client.OpenSessionAsync();
        await session.PingAsync();
        Assert.Equal(MxSessionState.Ready, await session.GetSessionStateAsync());
        int server = await session.RegisterAsync("live checks");
        await session.UnregisterAsync(server);
        await session.CloseAsync();
        await Assert.ThrowsAsync<MxConnectionException>(() => session.PingAsync());
    }

    [LiveFact]
    public async Task A_connection_opens_and_closes()
    {
        await using MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(LiveGateway.Options);
        Assert.Equal(MxConnectionState.Open, connection.State);
    }

    [LiveFact]
    public async Task The_item_is_read()
    {
        await using var client = new MxGatewayClient(LiveGateway.Options);
        await using MxSession session = await client.OpenSessionAsync();
        if (!session.Capabilities!.Contains("bulk-read"))
            return;
        int server = await session.RegisterAsync("live checks");
        MxBulkReadResult row = Assert.Single(await session.ReadBulkAsync(server, [LiveGateway.Item]));
        Assert.True(row.WasSuccessful, row.ErrorMessage);
        Assert.False(row.Value.IsNull, $"{LiveGateway.Item} is {row.Quality}");
        await session.UnregisterAsync(server);
    }

    [LiveFact]
    public async Task The_item_is_advised_and_its_first_value_comes()
    {
        await using var client = new MxGatewayClient(LiveGateway.Options);
        await using MxSession session = await client.OpenSessionAsync();
        await using MxEventStream stream = await session.AttachEventsAsync();
        await using IAsyncEnumerator<MxSessionEvent> events = stream.GetAsyncEnumerator();
        int server = await session.RegisterAsync("live checks");
        int item = await session.AddItemAsync(server, LiveGateway.Item);
        await session.AdviseAsync(server, item);
        MxDataChange first = await NextAsync<MxDataChange>(stream, events, item);
        Assert.False(first.Value.IsNull, $"{LiveGateway.Item} is {first.Quality} ({string.Join("; ", first.Statuses)})");
        Assert.NotEqual(0UL, first.Sequence);
        await session.UnAdviseAsync(server, item);
        await session.RemoveItemAsync(server, item);
        await session.UnregisterAsync(server);
        await session.CloseAsync();
    }

    [LiveFact]
    public async Task The_repository_answers()
    {
        await using var client = new GalaxyRepositoryClient(LiveGateway.Options);
        Assert.True(await client.TestConnectionAsync());
        DateTimeOffset? deployed = await client.GetLastDeployTimeAsync();

        // A page, of a Galaxy of any size.
        await foreach (MxGalaxyObject o in client.EnumerateHierarchyAsync(new MxHierarchyFilter { IncludeAttributes = false, PageSize = 10 }))
        {
            Assert.NotEqual("", o.TagName);
            break;
        }

        using var limit = new CancellationTokenSource(s_patience);
        await foreach (MxDeployEvent now in client.WatchDeployEventsAsync(cancellationToken: limit.Token))
        {
            Assert.Equal(deployed, now.DeployTime);
            break;
        }
    }

    [LiveWriteFact]
    public async Task The_item_that_may_be_written_takes_the_value_that_it_has()
    {
        string name = LiveGateway.WriteItem!;
        await using var client = new MxGatewayClient(LiveGateway.Options);
        await using MxSession session = await client.OpenSessionAsync();
        await using MxEventStream stream = await session.AttachEventsAsync();
        await using IAsyncEnumerator<MxSessionEvent> events = stream.GetAsyncEnumerator();
        int server = await session.RegisterAsync("live checks");
        int item = await session.AddItemAsync(server, name);
        await session.AdviseAsync(server, item);
        MxDataChange first = await NextAsync<MxDataChange>(stream, events, item);
        Assert.True(first.Quality.IsGood, $"{name} is {first.Quality}: nothing was written");
        await session.WriteAsync(server, item, first.Value);
        MxWriteComplete end;
        do
            end = await NextAsync<MxWriteComplete>(stream, events, item);
        while (end.IsPending);
        Assert.True(end.IsConfirmed, $"{name}: {string.Join("; ", end.Statuses)}");
        await session.UnAdviseAsync(server, item);
        await session.RemoveItemAsync(server, item);
        await session.UnregisterAsync(server);
    }

    private static async Task<T> NextAsync<T>(MxEventStream stream, IAsyncEnumerator<MxSessionEvent> events, int item)
        where T : MxSessionEvent
    {
        using var limit = new CancellationTokenSource(s_patience);
        await using CancellationTokenRegistration end = limit.Token.Register(() => _ = stream.DisposeAsync().AsTask());
        try
        {
            while (await events.MoveNextAsync())
                if (events.Current is T found && found.ItemHandle == item)
                    return found;
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"no {typeof(T).Name} came within {s_patience.TotalSeconds:0} s", e);
        }

        throw new InvalidOperationException("the gateway ended the session");
    }
}
