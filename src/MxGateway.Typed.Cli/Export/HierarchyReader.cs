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
    /// <summary>How often reading is begun where the gateway does not go on with what it began.</summary>
    public const int MaxAttempts = 3;

    /// <summary>Reads the hierarchy; begins again where the Galaxy is deployed anew meanwhile, or the gateway refuses its own page token.</summary>
    /// <param name="pageSize">Objects a page; 0 for the gateway's default.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Hierarchy> ReadAsync(int pageSize, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            DateTimeOffset? deployed = await client.GetLastDeployTimeAsync(cancellationToken);
            var read = new PagesRead();
            MxStaleHierarchyException? refusal = await ReadPagesAsync(read, pageSize, cancellationToken);

            // Asked in any case: one page more, or one that only looks like the last, is no place for a redeploy to hide, and a refused token is no proof of one.
            bool isDeployedAnew = await client.GetLastDeployTimeAsync(cancellationToken) != deployed;
            if (!isDeployedAnew && (refusal is null || read.Objects.Count == 0))
                return refusal is null && read.Objects.Count == read.Announced ? new Hierarchy(read.Objects, deployed, read.Pages) : throw MakesNoSense(read, refusal);

            if (attempt < MaxAttempts)
                progress.Note($"{(isDeployedAnew ? "the Galaxy was deployed anew while it was read" : "the gateway refused its own page token")}; starting again ({attempt + 1} of {MaxAttempts})");
            else if (isDeployedAnew)
                throw new CommandException($"the Galaxy at {endpoint} was deployed anew each of the {MaxAttempts} times that it was read; nothing was written. Export again when the deployments are over", refusal);
            else
                throw MakesNoSense(read, refusal);
        }
    }

    /// <summary>Reads page after page.</summary>
    /// <returns>Null, or how the gateway refused a page token of its own.</returns>
    private async Task<MxStaleHierarchyException?> ReadPagesAsync(PagesRead read, int pageSize, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (DiscoverHierarchyReply page in client.DiscoverHierarchyRawAsync(new DiscoverHierarchyRequest { PageSize = pageSize }, cancellationToken))
            {
                read.Objects.AddRange(page.Objects.Select(GalaxyMapping.ToRepositoryObject));
                read.Pages++;
                read.Announced = page.TotalObjectCount;
                progress.Read(read.Objects.Count, read.Announced);
            }

            return null;
        }
        catch (MxStaleHierarchyException e)
        {
            return e;
        }
        catch (MxProtocolException e) when (e.InnerException is GrpcException { Code: GrpcStatusCode.ResourceExhausted })
        {
            throw new CommandException($"{e.Message}; try a smaller --page-size", e);
        }
    }

    // Other message numbers look like this: fields that are missing, or stand for others.
    private CommandException MakesNoSense(PagesRead read, MxStaleHierarchyException? refusal) =>
        new($"the answer of the gateway at {endpoint} makes no sense ({read.Announced} objects announced, {read.Objects.Count} received{(refusal is null ? "" : ", and its own page token refused though the deploy time is the same")}); nothing was written. "
            + "Does this gateway use the message numbers that this tool was built with? See README, The gateway's wire. If it does, export again; if it stays so, tell the gateway's administrator", refusal);

    private sealed class PagesRead
    {
        public List<RepositoryObject> Objects { get; } = [];

        public int Pages { get; set; }

        public int Announced { get; set; }
    }
}
