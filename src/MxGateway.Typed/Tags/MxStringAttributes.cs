namespace MxGateway.Typed;

/// <summary>A text attribute that a user may read, and not write.</summary>
public class MxReadOnlyStringAttribute : MxTag<string>, IMxNode<MxReadOnlyStringAttribute>
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxReadOnlyStringAttribute(MxNodeContext context)
        : base(context, MxCodec<string>.Scalar)
    {
    }

    /// <summary>The value of the newest sample while the tag is advised; null where that is not good, or none has come.</summary>
    public string? Value => Latest.TryGetGood(out string? value) ? value : null;

    static MxReadOnlyStringAttribute IMxNode<MxReadOnlyStringAttribute>.Create(MxNodeContext context) => new(context);
}

/// <summary>A text attribute that is written without a signature: FreeAccess, Operate, Tune, Configure.</summary>
public class MxStringAttribute : MxReadOnlyStringAttribute, IMxNode<MxStringAttribute>, IMxWritable<string>
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxStringAttribute(MxNodeContext context)
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
    public Task WriteAsync(string value, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(string, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(string value, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, MxWrite.Given(Reference, options)), cancellationToken);

    /// <summary>
    /// Writes as <see cref="WriteAsync(string, CancellationToken)"/> does, in a user's name. MXAccess: where Galaxy security is on, a plain write needs one.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The user; authenticated for this write and not kept.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(string value, MxCredentials user, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(string, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The user; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(string value, MxCredentials user, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<string> IMxWritable<string>.Tag => this;

    static MxStringAttribute IMxNode<MxStringAttribute>.Create(MxNodeContext context) => new(context);
}

/// <summary>A text attribute that an operator signs for at each write (SecuredWrite).</summary>
public class MxSecuredStringAttribute : MxReadOnlyStringAttribute, IMxNode<MxSecuredStringAttribute>, IMxSecuredWritable<string>
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxSecuredStringAttribute(MxNodeContext context)
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
    public Task WriteAsync(string value, MxCredentials user, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(string, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(string value, MxCredentials user, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<string> IMxSecuredWritable<string>.Tag => this;

    static MxSecuredStringAttribute IMxNode<MxSecuredStringAttribute>.Create(MxNodeContext context) => new(context);
}

/// <summary>A text attribute that an operator signs for and a second user verifies at each write (VerifiedWrite).</summary>
public class MxVerifiedStringAttribute : MxReadOnlyStringAttribute, IMxNode<MxVerifiedStringAttribute>, IMxVerifiedWritable<string>
{
    /// <summary>For generated code.</summary>
    /// <param name="context">Where the attribute hangs.</param>
    protected MxVerifiedStringAttribute(MxNodeContext context)
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
    public Task WriteAsync(string value, MxCredentials user, MxCredentials verifier, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, verifier), cancellationToken);

    /// <summary>Writes as <see cref="WriteAsync(string, MxCredentials, MxCredentials, CancellationToken)"/> does, with options.</summary>
    /// <param name="value">The value.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="verifier">The verifier, another user than the operator; authenticated for this write and not kept.</param>
    /// <param name="options">The time stamp, and whether a newer write may supersede this one.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public Task WriteAsync(string value, MxCredentials user, MxCredentials verifier, MxWriteOptions options, CancellationToken cancellationToken = default) =>
        MxWrite.SendAsync(() => MxWrite.Of(this, value, user, verifier, MxWrite.Given(Reference, options)), cancellationToken);

    MxTag<string> IMxVerifiedWritable<string>.Tag => this;

    static MxVerifiedStringAttribute IMxNode<MxVerifiedStringAttribute>.Create(MxNodeContext context) => new(context);
}
