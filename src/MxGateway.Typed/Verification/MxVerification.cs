namespace MxGateway.Typed;

/// <summary>
/// Comparing a plant's classes with the Galaxy that is deployed now. An extension method, so that it never takes a name from a Galaxy's object.
/// </summary>
public static class MxVerification
{
    /// <summary>
    /// Compares what the generated classes say of attributes (reference, type, array or not, what it takes to write) with the live Galaxy, and says whether
    /// that was deployed anew
    /// since the snapshot. What is not as it should be is told in the report, never thrown. Needs the scope <c>metadata:read</c>; values are neither read nor
    /// written.
    /// </summary>
    /// <param name="plant">The plant.</param>
    /// <param name="scope">What is compared; null for <see cref="MxVerifyScope.Touched"/>.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">The scope has a member of another plant.</exception>
    /// <exception cref="MxConnectionException">There is no connection, or the gateway does not reach the Galaxy's database.</exception>
    /// <exception cref="MxAuthorizationException">The API key lacks the scope <c>metadata:read</c>.</exception>
    /// <exception cref="MxStaleHierarchyException">The Galaxy was deployed anew each time that it was looked at.</exception>
    public static Task<MxVerifyReport> VerifyAsync(
        this MxGalaxy plant, MxVerifyScope? scope = null, IProgress<MxVerifyProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plant);
        IReadOnlyDictionary<int, IReadOnlyList<MxTag>?> wanted = (scope ?? MxVerifyScope.Touched).Of(plant);
        plant.Connection.EnsureOpen("verifying the plant");
        return new Verifier(plant, wanted, progress).RunAsync(cancellationToken);
    }
}

/// <summary>How far verifying is.</summary>
/// <param name="Objects">The objects that were compared.</param>
/// <param name="OfObjects">The objects of the scope.</param>
public readonly record struct MxVerifyProgress(int Objects, int OfObjects);
