namespace MxGateway.Typed;

/// <summary>
/// A user who signs for a write. Held only as long as you hold it: user ids die with their session (MXAccess),
/// so the credentials are authenticated when they are needed.
/// </summary>
public sealed class MxCredentials
{
    /// <summary>Names the user.</summary>
    /// <param name="userName">The user's name.</param>
    /// <param name="password">The password; never logged, and in no message.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public MxCredentials(string userName, string password)
    {
        MxArguments.ThrowIfBlank(userName, "the user's name is empty; give the name of the user who signs the write");
        ArgumentNullException.ThrowIfNull(password);
        UserName = userName;
        Password = password;
    }

    /// <summary>The user's name.</summary>
    public string UserName { get; }

    internal string Password { get; }

    /// <summary>The user's name, and nothing else.</summary>
    public override string ToString() => UserName;
}
