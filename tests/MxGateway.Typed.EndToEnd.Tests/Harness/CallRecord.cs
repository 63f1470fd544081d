namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>What an application left behind at the gateway, by the gateway's own record.</summary>
public static class CallRecord
{
    /// <summary>
    /// Everything that was not released, or not in MXAccess's order (UnAdvise, RemoveItem, Unregister, CloseSession); empty after a clean end.
    /// Handles that only died with their session count as left behind, and so does a call that follows its session's CloseSession.
    /// </summary>
    public static IReadOnlyList<string> LeftBehind(IEnumerable<GatewayCall> calls)
    {
        var left = new List<string>();
        var open = new Dictionary<string, Handles>();
        var closed = new HashSet<string>();
        foreach (GatewayCall call in calls)
        {
            string session = call.Session ?? "";
            if (closed.Contains(session))
                left.Add($"{call.Name} came after the CloseSession of {session}");
            else if (call is { Method: "OpenSession", Status: "OK" })
                open[session] = new Handles(session);
            else if (call.Status == "OK" && open.TryGetValue(session, out Handles? handles))
                handles.Take(call, left);

            if (call is { Method: "CloseSession", Status: "OK" } && open.Remove(session, out Handles? last))
            {
                last.ReportAll("when the session was closed", left);
                closed.Add(session);
            }
        }

        foreach ((string session, Handles handles) in open)
        {
            left.Add($"{session} was not closed");
            handles.ReportAll("at the end", left);
        }

        return left;
    }

    private sealed class Handles(string session)
    {
        private readonly HashSet<int> _servers = [];
        private readonly Dictionary<int, (int Server, bool Advised)> _items = [];

        public void Take(GatewayCall call, List<string> left)
        {
            int server = call.Server ?? 0;
            switch (call.Kind)
            {
                case "REGISTER":
                    _servers.Add(server);
                    break;
                case "UNREGISTER":
                    Report(server, $"when server handle {server} was unregistered", left);
                    _servers.Remove(server);
                    break;
                case "ADD_ITEM" or "ADD_ITEM2" or "ADD_BUFFERED_ITEM" or "ADD_ITEM_BULK" or "SUBSCRIBE_BULK":
                    foreach (int handle in call.Handles)
                        _items[handle] = (server, call.Kind == "SUBSCRIBE_BULK");
                    break;
                case "ADVISE" or "ADVISE_SUPERVISORY" or "ADVISE_ITEM_BULK" or "UN_ADVISE" or "UN_ADVISE_ITEM_BULK":
                    // A bulk command names handles that its rows may have refused.
                    foreach (int handle in call.Handles.Where(_items.ContainsKey))
                        _items[handle] = (server, !call.Kind.StartsWith("UN_", StringComparison.Ordinal));
                    break;
                case "REMOVE_ITEM" or "REMOVE_ITEM_BULK":
                    foreach (int handle in call.Handles)
                        if (_items.Remove(handle, out (int, bool Advised) removed) && removed.Advised)
                            left.Add($"item handle {handle} of {session} was still advised when it was removed");
                    break;
                case "UNSUBSCRIBE_BULK":
                    foreach (int handle in call.Handles)
                        _items.Remove(handle);
                    break;
            }
        }

        public void ReportAll(string when, List<string> left)
        {
            foreach (int server in _servers)
            {
                left.Add($"server handle {server} of {session} was still registered {when}");
                Report(server, when, left);
            }
        }

        private void Report(int server, string when, List<string> left)
        {
            foreach (int handle in _items.Where(item => item.Value.Server == server).Select(item => item.Key).ToArray())
            {
                left.Add($"item handle {handle} of {session} was still there {when}");
                _items.Remove(handle);
            }
        }
    }
}
