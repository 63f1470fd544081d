namespace MxGateway.Typed.Simulator.Commands;

/// <summary>What a server handle owns: its items and its users, which die with it.</summary>
/// <param name="handle">The server handle.</param>
/// <param name="users">The names of its users, by id.</param>
internal sealed class MxRegistration(int handle, Dictionary<int, string> users)
{
    public int Handle { get; } = handle;

    public Dictionary<int, MxItem> Items { get; } = [];

    /// <summary>Where the changes of its buffered items are collected; null where there are none.</summary>
    public UpdateBuffer? Updates { get; set; }

    /// <summary>The id of a user who was authenticated: one per name.</summary>
    public int AddUser(string name)
    {
        foreach ((int id, string known) in users)
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return id;
        users.Add(users.Count + 1, name);
        return users.Count;
    }

    /// <summary>The one user that there is while Galaxy security is off: any credentials yield id 1.</summary>
    public int AddAnyUser()
    {
        users.TryAdd(1, "");
        return 1;
    }

    public bool HasUser(int id) => users.ContainsKey(id);
}
