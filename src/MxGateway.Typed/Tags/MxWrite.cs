using Google.Protobuf;
using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// What is to be written to one tag, for <see cref="MxWriteExtensions.WriteAllAsync(MxGalaxy, IEnumerable{MxWrite}, CancellationToken)"/>. Making it checks
/// all that
/// is known before the gateway is asked; nothing is sent yet. It does not change afterwards, and may be written again.
/// </summary>
public sealed class MxWrite
{
    /// <summary>What a value may take of a message of 16 MiB, so that an event can bring it back.</summary>
    internal const int MaxSize = GrpcFraming.DefaultMaxMessageSize - (4 * 1024);

    private MxWrite(MxTag tag, MxItem item, Proto.MxValue value, MxCredentials? user, MxCredentials? verifier, bool isSecured, MxWriteOptions? options)
    {
        Tag = tag;
        Item = item;
        Value = value;
        User = user;
        Verifier = verifier;
        Options = options ?? MxWriteOptions.Default;
        if (Options.Timestamp is { } time)
        {
            Timestamp = Naming(
                $"{tag.Reference}: its Timestamp", nameof(options), () => Wire.ToValue(MxCodec<DateTimeOffset>.Scalar.Encode(time), MxDataType.Time));
        }

        Kind = (isSecured, Timestamp) switch
        {
            (false, null) => MxWriteKind.Write,
            (false, _) => MxWriteKind.Write2,
            (true, null) => MxWriteKind.WriteSecured,
            (true, _) => MxWriteKind.WriteSecured2,
        };
        Size = value.CalculateSize();
        if (Size > MaxSize)
        {
            string tooLarge = $"writing {tag.Reference}: the value takes {Size} bytes, and a message of the gateway has room for {MaxSize}";
            throw new ArgumentException(tooLarge, nameof(value));
        }
    }

    /// <summary>The tag.</summary>
    public MxTag Tag { get; }

    internal MxItem Item { get; }

    internal Proto.MxValue Value { get; }

    internal Proto.MxValue? Timestamp { get; }

    internal MxCredentials? User { get; }

    internal MxCredentials? Verifier { get; }

    internal MxWriteOptions Options { get; }

    internal MxWriteKind Kind { get; }

    /// <summary>The value's bytes on the wire.</summary>
    internal int Size { get; }

    /// <summary>A plain write.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value; a list is copied.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">MXAccess cannot take such a value, or such a time stamp.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public static MxWrite Of<T>(IMxWritable<T> tag, T value, MxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return Plain(tag.Tag, tag.Tag.ToWire(value), null, options);
    }

    /// <summary>A plain write in a user's name. MXAccess: where Galaxy security is on, a plain write needs one.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value; a list is copied.</param>
    /// <param name="user">The user; authenticated when it is written.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">MXAccess cannot take such a value, or such a time stamp.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public static MxWrite Of<T>(IMxWritable<T> tag, T value, MxCredentials user, MxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return Plain(tag.Tag, tag.Tag.ToWire(value), Given(tag.Tag.Reference, user), options);
    }

    /// <summary>A secured write: an operator signs.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value; a list is copied.</param>
    /// <param name="user">The operator; authenticated when it is written.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">MXAccess cannot take such a value, or such a time stamp.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public static MxWrite Of<T>(IMxSecuredWritable<T> tag, T value, MxCredentials user, MxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return Secured(tag.Tag, tag.Tag.ToWire(value), user, options);
    }

    /// <summary>A verified write: an operator signs and another user verifies.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value; a list is copied.</param>
    /// <param name="user">The operator; authenticated when it is written.</param>
    /// <param name="verifier">The verifier, another user than the operator; authenticated when it is written.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">The verifier is the operator, or MXAccess cannot take such a value, or such a time stamp.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public static MxWrite Of<T>(IMxVerifiedWritable<T> tag, T value, MxCredentials user, MxCredentials verifier, MxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return Verified(tag.Tag, tag.Tag.ToWire(value), user, verifier, options);
    }

    /// <summary>The tag, and nothing of the value or the users.</summary>
    public override string ToString() => $"writing {Tag.Reference}";

    internal static MxWrite Plain<T>(MxTag<T> tag, Proto.MxValue value, MxCredentials? user, MxWriteOptions? options)
    {
        tag.EnsureUsable();
        return new(tag, tag.Item, value, user, null, isSecured: false, options);
    }

    internal static MxWrite Secured<T>(MxTag<T> tag, Proto.MxValue value, MxCredentials user, MxWriteOptions? options)
    {
        tag.EnsureUsable();
        return new(tag, tag.Item, value, Given(tag.Reference, user), null, isSecured: true, options);
    }

    internal static MxWrite Verified<T>(MxTag<T> tag, Proto.MxValue value, MxCredentials user, MxCredentials verifier, MxWriteOptions? options)
    {
        tag.EnsureUsable();

        // MXAccess: a verified write needs two different users.
        string verifierName = Given(tag.Reference, verifier).UserName;
        if (string.Equals(Given(tag.Reference, user).UserName, verifierName, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"writing {tag.Reference}: {user.UserName} cannot verify an own write; another user must", nameof(verifier));
        return new(tag, tag.Item, value, user, verifier, isSecured: true, options);
    }

    /// <summary>
    /// Writes one. Asynchronous from the first line: of many writes started together, one that cannot start must not hide the tasks of the others.
    /// </summary>
    internal static async Task SendAsync(Func<MxWrite> make, CancellationToken cancellationToken)
    {
        MxWrite write = make();
        MxGatewayConnection connection = write.Tag.NodeGalaxy.Connection;
        connection.EnsureOpen($"writing {write.Tag.Reference}");
        if (cancellationToken.IsCancellationRequested)
            throw MxWriteFailures.Cancelled(write.Tag.Reference, "nothing was sent", null, cancellationToken);
        await connection.Writer.Issue([new MxPendingWrite(write)], cancellationToken)[0].ConfigureAwait(false);
    }

    /// <summary>What must be given to write a tag.</summary>
    internal static T Given<T>(string reference, T? value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null)
        where T : class => value ?? throw new ArgumentNullException(name, $"writing {reference}: {name} is null");

    /// <summary>Makes something of a tag's new value; what is wrong with it is said with the tag.</summary>
    internal static T Naming<T>(string reference, string parameter, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentNullException)
        {
            // Its own message has another parameter's name.
            throw new ArgumentNullException(parameter, $"writing {reference}: {parameter} is null");
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new ArgumentOutOfRangeException(parameter, $"writing {reference}: {e.Message}");
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"writing {reference}: {e.Message}", parameter, e);
        }
    }
}
