namespace MxGateway.Typed;

/// <summary>An array attribute that a user may read, and not write.</summary>
/// <typeparam name="T">The elements' type.</typeparam>
public class MxReadOnlyArrayAttribute<T> : MxTag<IReadOnlyList<T>>, IMxNode<MxReadOnlyArrayAttribute<T>>
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxReadOnlyArrayAttribute(MxNodeContext context)
        : base(context, MxCodecs.Array<T>())
    {
    }

    /// <summary>The value of the newest sample while the tag is advised; null where that is not good, or none has come.</summary>
    public IReadOnlyList<T>? Value => Latest.TryGetGood(out IReadOnlyList<T>? value) ? value : null;

    private protected sealed override string ReferenceSuffix => "[]";

    static MxReadOnlyArrayAttribute<T> IMxNode<MxReadOnlyArrayAttribute<T>>.Create(MxNodeContext context) => new(context);
}

/// <summary>An array attribute that is written without a signature: FreeAccess, Operate, Tune, Configure.</summary>
/// <typeparam name="T">The elements' type.</typeparam>
public class MxArrayAttribute<T> : MxReadOnlyArrayAttribute<T>, IMxNode<MxArrayAttribute<T>>, IMxWritable<IReadOnlyList<T>>
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxArrayAttribute(MxNodeContext context)
        : base(context)
    {
    }

    /// <summary>
    /// Writes, and returns when MXAccess confirmed it (OnWriteComplete). MXAccess: writing a whole array resizes it to the count that is written.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    /// <exception cref="ArgumentException">MXAccess cannot take such a value; nothing was sent.</exception>
    /// <exception cref="MxWriteRejectedException">MXAccess refused the write; its status says why.</exception>
    /// <exception cref="MxWriteUnknownException">Whether the write took effect is not known: no confirmation in time, or the connection was lost.</exception>
    /// <exception cref="MxConnectionException">There is no connection. Nothing was sent, and nothing will be sent later.</exception>
    public Task WriteAsync(IReadOnlyList<T> value, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(IReadOnlyList{T}, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(IReadOnlyList<T> value, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, MxWrite.Given(Reference, options)), cancellationToken);

    /// <summary>
    /// Writes as <see cref="WriteAsync(IReadOnlyList{T}, CancellationToken)"/> does, in a user's name. MXAccess: where Galaxy security is on, a plain write
    /// needs one.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The user; authenticated for this write and not kept.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(IReadOnlyList<T> value, MxCredentials user, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(IReadOnlyList{T}, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The user; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(IReadOnlyList<T> value, MxCredentials user, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<IReadOnlyList<T>> IMxWritable<IReadOnlyList<T>>.Tag => this;

    static MxArrayAttribute<T> IMxNode<MxArrayAttribute<T>>.Create(MxNodeContext context) => new(context);
}

/// <summary>An array attribute that an operator signs for at each write (SecuredWrite).</summary>
/// <typeparam name="T">The elements' type.</typeparam>
public class MxSecuredArrayAttribute<T> : MxReadOnlyArrayAttribute<T>, IMxNode<MxSecuredArrayAttribute<T>>, IMxSecuredWritable<IReadOnlyList<T>>
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxSecuredArrayAttribute(MxNodeContext context)
        : base(context)
    {
    }

    /// <summary>
    /// Writes in an operator's name, and returns when MXAccess confirmed it (OnWriteComplete). MXAccess: writing a whole array resizes it to the count that
    /// is written.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    /// <exception cref="ArgumentException">MXAccess cannot take such a value; nothing was sent.</exception>
    /// <exception cref="MxWriteRejectedException">MXAccess refused the user or the write; its status says why.</exception>
    /// <exception cref="MxWriteUnknownException">Whether the write took effect is not known: no confirmation in time, or the connection was lost.</exception>
    /// <exception cref="MxConnectionException">There is no connection. Nothing was sent, and nothing will be sent later.</exception>
    public Task WriteAsync(IReadOnlyList<T> value, MxCredentials user, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(IReadOnlyList{T}, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(IReadOnlyList<T> value, MxCredentials user, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<IReadOnlyList<T>> IMxSecuredWritable<IReadOnlyList<T>>.Tag => this;

    static MxSecuredArrayAttribute<T> IMxNode<MxSecuredArrayAttribute<T>>.Create(MxNodeContext context) => new(context);
}

/// <summary>An array attribute that an operator signs for and a second user verifies at each write (VerifiedWrite).</summary>
/// <typeparam name="T">The elements' type.</typeparam>
public class MxVerifiedArrayAttribute<T> : MxReadOnlyArrayAttribute<T>, IMxNode<MxVerifiedArrayAttribute<T>>, IMxVerifiedWritable<IReadOnlyList<T>>
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxVerifiedArrayAttribute(MxNodeContext context)
        : base(context)
    {
    }

    /// <summary>
    /// Writes in an operator's name with a verifier's consent, and returns when MXAccess confirmed it (OnWriteComplete). MXAccess: writing a whole array
    /// resizes it to the count that is written.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="verifier">The verifier, another user than the operator; authenticated for this write and not kept.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    /// <exception cref="ArgumentException">The verifier is the operator, or MXAccess cannot take such a value; nothing was sent.</exception>
    /// <exception cref="MxWriteRejectedException">MXAccess refused a user or the write; its status says why.</exception>
    /// <exception cref="MxWriteUnknownException">Whether the write took effect is not known: no confirmation in time, or the connection was lost.</exception>
    /// <exception cref="MxConnectionException">There is no connection. Nothing was sent, and nothing will be sent later.</exception>
    public Task WriteAsync(IReadOnlyList<T> value, MxCredentials user, MxCredentials verifier, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, verifier), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(IReadOnlyList{T}, MxCredentials, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="verifier">The verifier, another user than the operator; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(
        IReadOnlyList<T> value, MxCredentials user, MxCredentials verifier, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, verifier, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<IReadOnlyList<T>> IMxVerifiedWritable<IReadOnlyList<T>>.Tag => this;

    static MxVerifiedArrayAttribute<T> IMxNode<MxVerifiedArrayAttribute<T>>.Create(MxNodeContext context) => new(context);
}
