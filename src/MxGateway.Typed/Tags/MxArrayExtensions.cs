using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// Parts of arrays: one element as a tag of its own, and sparse writes. These are extension methods, so that they never take a name from a Galaxy.
/// </summary>
public static class MxArrayExtensions
{
    // Those that were asked for, as long as their array lives.
    private static readonly ConditionalWeakTable<MxTag, ConcurrentDictionary<int, MxTag>> s_elements = [];

    /// <summary>
    /// An element as a tag of its own, which reads, advises and, by its class, writes like any other; the same instance each time. MXAccess: elements count
    /// from 1.
    /// Where the array has no such element, a sample of bad quality says so.
    /// </summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    /// <param name="array">The array.</param>
    /// <param name="index">The element, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is less than 1.</exception>
    public static MxReadOnlyAttribute<T> Element<T>(this MxReadOnlyArrayAttribute<T> array, int index)
        where T : struct => ElementOf<MxReadOnlyAttribute<T>>(array, index);

    /// <inheritdoc cref="Element{T}(MxReadOnlyArrayAttribute{T}, int)"/>
    public static MxAttribute<T> Element<T>(this MxArrayAttribute<T> array, int index)
        where T : struct => ElementOf<MxAttribute<T>>(array, index);

    /// <inheritdoc cref="Element{T}(MxReadOnlyArrayAttribute{T}, int)"/>
    public static MxSecuredAttribute<T> Element<T>(this MxSecuredArrayAttribute<T> array, int index)
        where T : struct => ElementOf<MxSecuredAttribute<T>>(array, index);

    /// <inheritdoc cref="Element{T}(MxReadOnlyArrayAttribute{T}, int)"/>
    public static MxVerifiedAttribute<T> Element<T>(this MxVerifiedArrayAttribute<T> array, int index)
        where T : struct => ElementOf<MxVerifiedAttribute<T>>(array, index);

    /// <inheritdoc cref="Element{T}(MxReadOnlyArrayAttribute{T}, int)"/>
    public static MxReadOnlyStringAttribute Element(this MxReadOnlyArrayAttribute<string> array, int index) =>
        ElementOf<MxReadOnlyStringAttribute>(array, index);

    /// <inheritdoc cref="Element{T}(MxReadOnlyArrayAttribute{T}, int)"/>
    public static MxStringAttribute Element(this MxArrayAttribute<string> array, int index) => ElementOf<MxStringAttribute>(array, index);

    /// <inheritdoc cref="Element{T}(MxReadOnlyArrayAttribute{T}, int)"/>
    public static MxSecuredStringAttribute Element(this MxSecuredArrayAttribute<string> array, int index) => ElementOf<MxSecuredStringAttribute>(array, index);

    /// <inheritdoc cref="Element{T}(MxReadOnlyArrayAttribute{T}, int)"/>
    public static MxVerifiedStringAttribute Element(this MxVerifiedArrayAttribute<string> array, int index) =>
        ElementOf<MxVerifiedStringAttribute>(array, index);

    /// <summary>
    /// Writes some elements of an array. MXAccess: the array takes the length that is given, and all other elements are reset to their type's default
    /// (0, false, an empty text). To leave the others as they are, write <c>Element(index)</c>.
    /// </summary>
    /// <typeparam name="T">The elements' type.</typeparam>
    /// <param name="array">The array.</param>
    /// <param name="length">The array's new length, zero or more.</param>
    /// <param name="elements">The values by their elements' index, from 1 to <paramref name="length"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    /// <exception cref="ArgumentException">The length or an index is out of range, or MXAccess cannot take such a value; nothing was sent.</exception>
    /// <exception cref="MxWriteRejectedException">MXAccess refused the write; its status says why.</exception>
    /// <exception cref="MxWriteUnknownException">Whether the write took effect is not known: no confirmation in time, or the connection was lost.</exception>
    /// <exception cref="MxConnectionException">There is no connection. Nothing was sent, and nothing will be sent later.</exception>
    public static Task WriteSparseResettingOthersAsync<T>(
        this IMxWritable<IReadOnlyList<T>> array,
        int length,
        IReadOnlyDictionary<int, T> elements,
        MxWriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(array);
        return MxWrite.SendAsync(() => MxWrite.Plain(array.Tag, Sparse(array.Tag, length, elements), null, options), cancellationToken);
    }

    /// <inheritdoc cref="WriteSparseResettingOthersAsync{T}(IMxWritable{IReadOnlyList{T}}, int, IReadOnlyDictionary{int, T}, MxWriteOptions,
    /// CancellationToken)"/>
    /// <param name="array">The array.</param>
    /// <param name="length">The array's new length, zero or more.</param>
    /// <param name="elements">The values by their elements' index, from 1 to <paramref name="length"/>.</param>
    /// <param name="user">The user in whose name it is written; authenticated for this write and not kept.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public static Task WriteSparseResettingOthersAsync<T>(
        this IMxWritable<IReadOnlyList<T>> array,
        int length,
        IReadOnlyDictionary<int, T> elements,
        MxCredentials user,
        MxWriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(array);
        return MxWrite.SendAsync(
            () => MxWrite.Plain(array.Tag, Sparse(array.Tag, length, elements), MxWrite.Given(array.Tag.Reference, user), options), cancellationToken);
    }

    /// <inheritdoc cref="WriteSparseResettingOthersAsync{T}(IMxWritable{IReadOnlyList{T}}, int, IReadOnlyDictionary{int, T}, MxWriteOptions,
    /// CancellationToken)"/>
    /// <param name="array">The array.</param>
    /// <param name="length">The array's new length, zero or more.</param>
    /// <param name="elements">The values by their elements' index, from 1 to <paramref name="length"/>.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public static Task WriteSparseResettingOthersAsync<T>(
        this IMxSecuredWritable<IReadOnlyList<T>> array,
        int length,
        IReadOnlyDictionary<int, T> elements,
        MxCredentials user,
        MxWriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(array);
        return MxWrite.SendAsync(() => MxWrite.Secured(array.Tag, Sparse(array.Tag, length, elements), user, options), cancellationToken);
    }

    /// <inheritdoc cref="WriteSparseResettingOthersAsync{T}(IMxWritable{IReadOnlyList{T}}, int, IReadOnlyDictionary{int, T}, MxWriteOptions,
    /// CancellationToken)"/>
    /// <param name="array">The array.</param>
    /// <param name="length">The array's new length, zero or more.</param>
    /// <param name="elements">The values by their elements' index, from 1 to <paramref name="length"/>.</param>
    /// <param name="user">The operator; authenticated for this write and not kept.</param>
    /// <param name="verifier">The verifier, another user than the operator; authenticated for this write and not kept.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the wait; a write that is under way may still take effect.</param>
    public static Task WriteSparseResettingOthersAsync<T>(
        this IMxVerifiedWritable<IReadOnlyList<T>> array,
        int length,
        IReadOnlyDictionary<int, T> elements,
        MxCredentials user,
        MxCredentials verifier,
        MxWriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(array);
        return MxWrite.SendAsync(() => MxWrite.Verified(array.Tag, Sparse(array.Tag, length, elements), user, verifier, options), cancellationToken);
    }

    private static TTag ElementOf<TTag>(MxTag array, int index)
        where TTag : MxTag, IMxNode<TTag>
    {
        ArgumentNullException.ThrowIfNull(array);
        if (index < 1)
            throw new ArgumentOutOfRangeException(nameof(index), $"{array.Reference}: its elements count from 1");
        return (TTag)s_elements.GetOrCreateValue(array).GetOrAdd(index, static (i, array) => TTag.Create(array.ContextOfPart(ReferenceOf(array, i))), array);
    }

    // A whole array's reference ends in [].
    private static string ReferenceOf(MxTag array, int index)
    {
        string name = array.Reference.EndsWith("[]", StringComparison.Ordinal) ? array.Reference[..^2] : array.Reference;
        return string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");
    }

    private static Proto.MxValue Sparse<T>(MxTag<IReadOnlyList<T>> array, int length, IReadOnlyDictionary<int, T> elements)
    {
        MxWrite.Given(array.Reference, elements);
        MxCodec<T> codec = MxCodec<T>.Scalar;

        // MXAccess has no array longer than a message can bring back.
        int most = MxWrite.MaxSize / Wire.MinElementSize(codec.DataType);
        if (length < 0 || length > most)
            throw new ArgumentOutOfRangeException(nameof(length), $"writing {array.Reference}: a length is from 0 to {most}");
        var sparse = new Proto.MxSparseArray { TotalLength = (uint)length };
        foreach ((int index, T element) in elements)
        {
            if (index < 1 || index > length)
            {
                string outside = $"writing {array.Reference}: there is an element {index}, and an array of length {length} has 1 to {length}";
                throw new ArgumentOutOfRangeException(nameof(elements), outside);
            }

            // On the wire, sparse elements count from 0.
            sparse.Elements.Add(new Proto.MxSparseElement
            {
                Index = (uint)(index - 1),
                Value = MxWrite.Naming(array.Reference, nameof(elements), () => Wire.ToValue(codec.EncodeElement(element, index), codec.DataType)),
            });
        }

        return Wire.ToValue(sparse, codec.DataType);
    }
}
