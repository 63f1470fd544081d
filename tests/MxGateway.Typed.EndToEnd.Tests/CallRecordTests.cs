using MxGateway.Typed.EndToEnd.Tests.Harness;

namespace MxGateway.Typed.EndToEnd.Tests;

public class CallRecordTests
{
    private const string Session = "session-1";

    [Fact]
    public void A_clean_end_leaves_nothing_behind() =>
        Assert.Empty(LeftBehind("OpenSession", "REGISTER", "ADD_ITEM 5", "ADVISE 5", "SUBSCRIBE_BULK 6 7", "UNSUBSCRIBE_BULK 7 6", "UN_ADVISE 5", "REMOVE_ITEM 5", "UNREGISTER", "CloseSession"));

    [Fact]
    public void A_session_that_is_still_open_is_left_behind_with_its_handles() =>
        Assert.Equal(
            ["session-1 was not closed", "server handle 1 of session-1 was still registered at the end", "item handle 5 of session-1 was still there at the end"],
            LeftBehind("OpenSession", "REGISTER", "ADD_ITEM 5"));

    [Fact]
    public void Handles_that_die_with_their_session_are_left_behind() =>
        Assert.Equal(
            ["server handle 1 of session-1 was still registered when the session was closed", "item handle 6 of session-1 was still there when the session was closed"],
            LeftBehind("OpenSession", "REGISTER", "SUBSCRIBE_BULK 5 6", "UNSUBSCRIBE_BULK 5", "CloseSession"));

    [Fact]
    public void Items_that_die_with_their_server_handle_are_left_behind() =>
        Assert.Equal(
            ["item handle 5 of session-1 was still there when server handle 1 was unregistered"], LeftBehind("OpenSession", "REGISTER", "ADD_ITEM 5", "UNREGISTER", "CloseSession"));

    [Fact]
    public void An_item_that_is_removed_while_it_is_advised_is_reported() =>
        Assert.Equal(
            ["item handle 5 of session-1 was still advised when it was removed"],
            LeftBehind("OpenSession", "REGISTER", "ADD_ITEM 5", "ADVISE 5", "REMOVE_ITEM 5", "UNREGISTER", "CloseSession"));

    [Fact]
    public void What_came_in_bulk_is_followed_handle_by_handle() =>
        Assert.Equal(
            ["item handle 6 of session-1 was still advised when it was removed", "item handle 7 of session-1 was still there when the session was closed"],
            LeftBehind("OpenSession", "ADD_ITEM_BULK 5 6 7", "ADVISE_ITEM_BULK 5 6", "UN_ADVISE_ITEM_BULK 5", "REMOVE_ITEM_BULK 5 6", "REGISTER", "CloseSession")
                .Where(line => line.StartsWith("item", StringComparison.Ordinal)));

    [Fact]
    public void A_call_after_the_end_is_reported() =>
        Assert.Equal(["PING came after the CloseSession of session-1"], LeftBehind("OpenSession", "CloseSession", "PING"));

    [Fact]
    public void A_call_that_failed_releases_nothing() =>
        Assert.Equal(
            ["server handle 1 of session-1 was still registered when the session was closed"], LeftBehind("OpenSession", "REGISTER", "UNREGISTER! ", "CloseSession"));

    /// <summary>Rows as "NAME handles"; a name with ! is a call that failed.</summary>
    private static IReadOnlyList<string> LeftBehind(params string[] rows) =>
        CallRecord.LeftBehind(rows.Select((row, index) =>
        {
            string[] parts = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string name = parts[0].TrimEnd('!');
            bool isCommand = name == name.ToUpperInvariant();
            return new GatewayCall(
                index + 1, isCommand ? "Invoke" : name, isCommand ? name : null, Session, 1, [.. parts[1..].Select(int.Parse)], [], parts[0] == name ? "OK" : "MXACCESS_FAILURE");
        }));
}
