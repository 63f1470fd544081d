namespace MxGateway.Typed;

/// <summary>
/// A user whom MXAccess knows by a number, from <see cref="MxSession.AuthenticateUserAsync"/> or <see cref="MxSession.ArchestrAUserToIdAsync"/>.
/// MXAccess: it belongs to its server handle and dies with it. Whoever knows the number can sign writes in that session, so it does not show itself.
/// </summary>
public readonly struct MxUserId : IEquatable<MxUserId>
{
    private readonly int _number;

    private MxUserId(int number) => _number = number;

    /// <summary>No user: MXAccess's 0.</summary>
    public static MxUserId None => default;

    /// <summary>A user id whose number is known, such as one that another process was given.</summary>
    /// <param name="number">MXAccess's number.</param>
    public static MxUserId FromNumber(int number) => new(number);

    /// <summary>MXAccess's number. Keep it as a password is kept.</summary>
    public int ToNumber() => _number;

    /// <summary>A place holder; never the number.</summary>
    public override string ToString() => _number == 0 ? "(no user)" : "(user id)";

    /// <summary>Whether both are one user of one server handle.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(MxUserId other) => _number == other._number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MxUserId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _number;

    /// <summary>Whether both are one user of one server handle.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(MxUserId left, MxUserId right) => left.Equals(right);

    /// <summary>Whether they are different users.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(MxUserId left, MxUserId right) => !left.Equals(right);
}
