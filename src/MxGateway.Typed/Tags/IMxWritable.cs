namespace MxGateway.Typed;

/// <summary>
/// A tag that is written without a signature: <see cref="MxAttribute{T}"/>, <see cref="MxStringAttribute"/>, <see cref="MxArrayAttribute{T}"/>.
/// Only this library's own classes are such tags.
/// </summary>
/// <typeparam name="T">The values' type.</typeparam>
public interface IMxWritable<T>
{
    internal MxTag<T> Tag { get; }
}

/// <summary>A tag that an operator signs for at each write: <see cref="MxSecuredAttribute{T}"/> and its like.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public interface IMxSecuredWritable<T>
{
    internal MxTag<T> Tag { get; }
}

/// <summary>A tag that an operator signs for and a second user verifies at each write: <see cref="MxVerifiedAttribute{T}"/> and its like.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public interface IMxVerifiedWritable<T>
{
    internal MxTag<T> Tag { get; }
}
