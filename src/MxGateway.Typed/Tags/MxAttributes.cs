namespace MxGateway.Typed;

/// <summary>An attribute that a user may read, and not write.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public class MxReadOnlyAttribute<T> : MxTag<T>, IMxNode<MxReadOnlyAttribute<T>>
    where T : struct
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxReadOnlyAttribute(MxNodeContext context)
        : base(context, MxCodec<T>.Scalar)
    {
    }

    /// <summary>The value of the newest sample while the tag is advised; null where that is not good, or none has come.</summary>
    public T? Value => Latest.TryGetGood(out T value) ? value : null;

    static MxReadOnlyAttribute<T> IMxNode<MxReadOnlyAttribute<T>>.Create(MxNodeContext context) => new(context);
}

/// <summary>An attribute that is written without a signature: FreeAccess, Operate, Tune, Configure.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public class MxAttribute<T> : MxReadOnlyAttribute<T>, IMxNode<MxAttribute<T>>, IMxWritable<T>
    where T : struct
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxAttribute(MxNodeContext context)
        : base(context)
    {
    }

    /// <summary>Writes, and returns when MXAccess confirmed it (OnWriteComplete).</summary>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    /// <exception cref="ArgumentException">MXAccess cannot take such a value; nothing was sent.</exception>
    /// <exception cref="MxWriteRejectedException">MXAccess refused the write; its status says why.</exception>
    /// <exception cref="MxWriteUnknownException">Whether the write took effect is not known: no confirmation in time, or the connection was lost.</exception>
    /// <exception cref="MxConnectionException">There is no connection. Nothing was sent, and nothing will be sent later.</exception>
    public Task WriteAsync(T value, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(T, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(T value, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, MxWrite.Given(Reference, options)), cancellationToken);

    /// <summary>
    /// Writes as <see cref="WriteAsync(T, CancellationToken)"/> does, in a user's name. MXAccess: where Galaxy security is on, a plain write needs one.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The user; authenticated for this write and not kept.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(T value, MxCredentials user, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(T, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The user; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(T value, MxCredentials user, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<T> IMxWritable<T>.Tag => this;

    static MxAttribute<T> IMxNode<MxAttribute<T>>.Create(MxNodeContext context) => new(context);
}

/// <summary>An attribute that an operator signs for at each write (SecuredWrite).</summary>
/// <typeparam name="T">The value's type.</typeparam>
public class MxSecuredAttribute<T> : MxReadOnlyAttribute<T>, IMxNode<MxSecuredAttribute<T>>, IMxSecuredWritable<T>
    where T : struct
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxSecuredAttribute(MxNodeContext context)
        : base(context)
    {
    }

    /// <summary>Writes in an operator's name, and returns when MXAccess confirmed it (OnWriteComplete).</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    /// <exception cref="ArgumentException">MXAccess cannot take such a value; nothing was sent.</exception>
    /// <exception cref="MxWriteRejectedException">MXAccess refused the user or the write; its status says why.</exception>
    /// <exception cref="MxWriteUnknownException">Whether the write took effect is not known: no confirmation in time, or the connection was lost.</exception>
    /// <exception cref="MxConnectionException">There is no connection. Nothing was sent, and nothing will be sent later.</exception>
    public Task WriteAsync(T value, MxCredentials user, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(T, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(T value, MxCredentials user, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<T> IMxSecuredWritable<T>.Tag => this;

    static MxSecuredAttribute<T> IMxNode<MxSecuredAttribute<T>>.Create(MxNodeContext context) => new(context);
}

/// <summary>An attribute that an operator signs for and a second user verifies at each write (VerifiedWrite).</summary>
/// <typeparam name="T">The value's type.</typeparam>
public class MxVerifiedAttribute<T> : MxReadOnlyAttribute<T>, IMxNode<MxVerifiedAttribute<T>>, IMxVerifiedWritable<T>
    where T : struct
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxVerifiedAttribute(MxNodeContext context)
        : base(context)
    {
    }

    /// <summary>Writes in an operator's name with a verifier's consent, and returns when MXAccess confirmed it (OnWriteComplete).</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="verifier">The verifier, another user than the operator; authenticated for this write and not kept.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    /// <exception cref="ArgumentException">The verifier is the operator, or MXAccess cannot take such a value; nothing was sent.</exception>
    /// <exception cref="MxWriteRejectedException">MXAccess refused a user or the write; its status says why.</exception>
    /// <exception cref="MxWriteUnknownException">Whether the write took effect is not known: no confirmation in time, or the connection was lost.</exception>
    /// <exception cref="MxConnectionException">There is no connection. Nothing was sent, and nothing will be sent later.</exception>
    public Task WriteAsync(T value, MxCredentials user, MxCredentials verifier, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, verifier), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(T, MxCredentials, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="verifier">The verifier, another user than the operator; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(T value, MxCredentials user, MxCredentials verifier, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, verifier, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<T> IMxVerifiedWritable<T>.Tag => this;

    static MxVerifiedAttribute<T> IMxNode<MxVerifiedAttribute<T>>.Create(MxNodeContext context) => new(context);
}
