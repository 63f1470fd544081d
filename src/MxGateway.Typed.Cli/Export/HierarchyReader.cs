using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Cli;

/// <summary>A Galaxy as the repository gives it, all of one deploy.</summary>
/// <param name="Objects">The objects, in the order in which they came.</param>
/// <param name="DeployTime">When it was deployed; null where the repository does not say.</param>
/// <param name="Pages">How many pages it came in.</param>
internal sealed record Hierarchy(IReadOnlyList<RepositoryObject> Objects, DateTimeOffset? DeployTime, int Pages);

/// <summary>Reads the whole hierarchy, and makes sure that it is of one deploy and complete.</summary>
/// <param name="client">The repository.</param>
/// <param name="endpoint">Where that is, for messages.</param>
/// <param name="progress">Told of each page.</param>
internal sealed class HierarchyReader(GalaxyRepositoryClient client, Uri endpoint, IExportProgress progress)
{
    /// <summary>How often reading is begun where the Galaxy is deployed anew meanwhile.</summary>
    public const int MaxAttempts = 3;

    /// <summary>Reads the hierarchy; begins again where the Galaxy is deployed anew meanwhile.</summary>
    /// <param name="pageSize">Objects a page; 0 for the gateway's default.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Hierarchy> ReadAsync(int pageSize, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync(pageSize, cancellationToken);
            }
            catch (MxStaleHierarchyException) when (attempt < MaxAttempts)
            {
                progress.Note($"the Galaxy was deployed anew while it was read; starting again ({attempt + 1} of {MaxAttempts})");
            }
            catch (MxStaleHierarchyException e)
            {
                throw new CommandException($"the Galaxy at {endpoint} was deployed anew each of the {MaxAttempts} times that it was read; nothing was written. Export again when the deployments are over", e);
            }
            catch (MxProtocolException e) when (e.InnerException is GrpcException { Code: GrpcStatusCode.ResourceExhausted })
            {
                throw new CommandException($"{e.Message}; try a smaller --page-size", e);
            }
        }
    }

    private async Task<Hierarchy> ReadOnceAsync(int pageSize, CancellationToken cancellationToken)
    {
        DateTimeOffset? deployed = await client.GetLastDeployTimeAsync(cancellationToken);
        List<RepositoryObject> objects = [];
        int pages = 0, announced = 0;
        await foreach (DiscoverHierarchyReply page in client.DiscoverHierarchyRawAsync(new DiscoverHierarchyRequest { PageSize = pageSize }, cancellationToken))
        {
            objects.AddRange(page.Objects.Select(GalaxyMapping.ToRepositoryObject));
            pages++;
            announced = page.TotalObjectCount;
            progress.Read(objects.Count, announced);
        }

        // One page more, or one that only looks like the last, is no place for a redeploy to hide.
        if (await client.GetLastDeployTimeAsync(cancellationToken) != deployed)
            throw new MxStaleHierarchyException($"the Galaxy at {endpoint} was deployed anew while its hierarchy was read");
        if (objects.Count != announced)
            throw new CommandException($"the gateway at {endpoint} announced {announced} objects and sent {objects.Count}; nothing was written. Export again; if it stays so, tell the gateway's administrator");
        return new Hierarchy(objects, deployed, pages);
    }
}
