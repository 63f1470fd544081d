using System.Security.Cryptography;
using MxGateway.Typed.Simulator.Keys;

namespace MxGateway.Typed.Simulator;

/// <summary>
/// The API keys that a simulator takes, and the users of its Galaxy. Keys and passwords are kept as hashes only, and compared in constant time.
/// With no users, Galaxy security is off: any name and password give user id 1, and no write but a secured or verified one needs a user.
/// </summary>
public sealed class SimulatorKeys
{
    private readonly SimulatorKey[] _keys;
    private readonly SimulatorUser[] _users;

    internal SimulatorKeys(IEnumerable<SimulatorKey> keys, IEnumerable<SimulatorUser> users)
    {
        _keys = [.. keys];
        _users = [.. users];
    }

    /// <summary>Whether Galaxy security is on: there are users.</summary>
    public bool HasUsers => _users.Length > 0;

    /// <summary>
    /// Reads a keys file: <c>{"keys": [{"key": "mxgw_...", "scopes": [...]} or {"id": "...", "sha256": "...", "scopes": [...]}],
    /// "users": [{"name": "...", "password": "...", "guid": "..."}]}</c>.
    /// </summary>
    /// <param name="json">The file's bytes, UTF-8.</param>
    /// <exception cref="SimulatorKeysException">The file is no such file; the message says what is wrong and where, and quotes no key and no
    /// password.</exception>
    public static SimulatorKeys Parse(ReadOnlyMemory<byte> json) => SimulatorKeysParser.Parse(json);

    /// <summary>Makes one key with all scopes, and no users.</summary>
    /// <param name="key">The key. It is not kept: this is the only time that it is told.</param>
    public static SimulatorKeys Generate(out string key)
    {
        key = SimulatorKey.NewKey();
        return new SimulatorKeys([new SimulatorKey(SimulatorKey.IdOf(key)!, SimulatorKey.Hash(key), GatewayScopes.All.ToHashSet())], []);
    }

    /// <summary>How many keys and users there are; nothing of what they are.</summary>
    public override string ToString() => $"{_keys.Length} keys, {_users.Length} users";

    /// <summary>Whether there is a key of an id.</summary>
    internal bool Knows(string id) => Array.Exists(_keys, key => key.Id == id);

    /// <summary>The key that a caller presents, or null. Each known key is compared, so that the time taken tells nothing.</summary>
    internal SimulatorKey? Find(string presented)
    {
        byte[] hash = SimulatorKey.Hash(presented);
        SimulatorKey? found = null;
        foreach (SimulatorKey key in _keys)
            if (CryptographicOperations.FixedTimeEquals(key.Sha256, hash))
                found = key;
        return found;
    }

    /// <summary>The user of that name and password, or null.</summary>
    internal SimulatorUser? FindUser(string name, string password)
    {
        byte[] hash = SimulatorKey.Hash(password);
        SimulatorUser? found = null;
        foreach (SimulatorUser user in _users)
            if (CryptographicOperations.FixedTimeEquals(user.PasswordSha256, hash) & user.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                found = user;
        return found;
    }

    /// <summary>The user of a GUID, or null.</summary>
    internal SimulatorUser? FindUser(Guid guid) => _users.FirstOrDefault(user => user.Guid == guid);
}

/// <summary>A keys file that cannot be used.</summary>
/// <param name="message">What is wrong, and where.</param>
public sealed class SimulatorKeysException(string message) : Exception(message);
