using System.Runtime.CompilerServices;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>The calls with the protobuf messages themselves, which the typed ones stand on.</summary>
public sealed partial class GalaxyRepositoryClient
{
    private const string ReadingHierarchy = "reading the Galaxy's hierarchy", BrowsingChildren = "browsing the Galaxy", WatchingDeploys = "watching deploys";

    // Pages without an object are odd, and no reason to give up at once: a gateway may filter what it has cut into pages before.
    private const int MaxEmptyPages = 1_000;

    /// <summary>The hierarchy page by page, as protobuf messages; the next page is asked for when the current one is done with.</summary>
    /// <param name="request">The filters and the page size (0: the gateway's default). Its page token is ignored.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="MxStaleHierarchyException">The Galaxy was deployed anew between two pages: start again.</exception>
    /// <exception cref="MxProtocolException">The Galaxy has no such root; the pages do not come to an end.</exception>
    public IAsyncEnumerable<DiscoverHierarchyReply> DiscoverHierarchyRawAsync(DiscoverHierarchyRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        DiscoverHierarchyRequest asked = request.Clone();
        return PagesAsync(
            GatewayMethods.DiscoverHierarchy,
            token => new DiscoverHierarchyRequest(asked) { PageToken = token },
            page => (page.NextPageToken, page.Objects.Count),
            ReadingHierarchy,
            cancellationToken);
    }

    /// <summary>The children of an object page by page, as protobuf messages; the next page is asked for when the current one is done with.</summary>
    /// <param name="request">Whose children, the filters and the page size (0: the gateway's default). Its page token is ignored.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="MxStaleHierarchyException">The Galaxy was deployed anew between two pages: start again.</exception>
    /// <exception cref="MxProtocolException">The Galaxy has no such object; the pages do not come to an end.</exception>
    public IAsyncEnumerable<BrowseChildrenReply> BrowseChildrenRawAsync(BrowseChildrenRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        BrowseChildrenRequest asked = request.Clone();
        return PagesAsync(
            GatewayMethods.BrowseChildren,
            token => new BrowseChildrenRequest(asked) { PageToken = token },
            page => (page.NextPageToken, page.Children.Count),
            BrowsingChildren,
            cancellationToken);
    }

    /// <summary>The deploys as protobuf messages, as they come.</summary>
    /// <param name="request">The deploy time that is known already, or none.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="MxConnectionException">The gateway ended the watch, went away or cannot be reached.</exception>
    public IAsyncEnumerable<DeployEvent> WatchDeployEventsRawAsync(WatchDeployEventsRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return EventsAsync(request.Clone(), cancellationToken);
    }

    private async IAsyncEnumerable<TReply> PagesAsync<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method,
        Func<string, TRequest> request,
        Func<TReply, (string NextToken, int Count)> read,
        string what,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : Google.Protobuf.IMessage
    {
        // Of the tokens so far only one is kept, each time one that is twice as far on: where the pages run in a circle, that one comes back.
        string token = "", kept = "";
        int sinceKept = 0, untilKept = 1, emptyPages = 0;
        do
        {
            TReply page;
            try
            {
                page = await CallAsync(method, request(token), what, cancellationToken).ConfigureAwait(false);
            }
            catch (MxProtocolException e) when (token.Length > 0 && e.InnerException is GrpcException { Code: GrpcStatusCode.InvalidArgument })
            {
                throw new MxStaleHierarchyException($"{what}: the Galaxy at {_options.Endpoint} was deployed anew between two pages; start again", e);
            }

            (string next, int count) = read(page);
            emptyPages = count == 0 ? emptyPages + 1 : 0;
            if (next.Length > 0 && (next == token || next == kept))
                throw new MxProtocolException($"{what}: the gateway at {_options.Endpoint} gives the same page token again and again");
            if (next.Length > 0 && emptyPages > MaxEmptyPages)
                throw new MxProtocolException($"{what}: the gateway at {_options.Endpoint} gives one page after the other with nothing in it");
            yield return page;

            token = next;
            if (++sinceKept == untilKept)
                (kept, sinceKept, untilKept) = (token, 0, untilKept * 2);
        }
        while (token.Length > 0);
    }

    private async IAsyncEnumerable<DeployEvent> EventsAsync(WatchDeployEventsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IGrpcStream<DeployEvent> stream = _transport.Stream(GatewayMethods.WatchDeployEvents, request, default);
        while (true)
        {
            bool hasNext;
            try
            {
                hasNext = await stream.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (GrpcException e)
            {
                throw Failure(e, WatchingDeploys);
            }

            if (!hasNext)
            {
                throw new MxConnectionException(
                    $"{WatchingDeploys}: the gateway at {_options.Endpoint} ended the watch; watch again with the deploy time seen last");
            }

            yield return stream.Current;
        }
    }

    private async Task<TReply> CallAsync<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, TRequest request, string what, CancellationToken cancellationToken)
        where TRequest : Google.Protobuf.IMessage
    {
        try
        {
            return await _transport.CallAsync(method, request, new GrpcCallOptions(_options.CommandTimeout), cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            throw Failure(e, what);
        }
    }

    private MxGatewayException Failure(GrpcException e, string what) => e.Code == GrpcStatusCode.NotFound
        ? new MxProtocolException($"{what}: the Galaxy at {_options.Endpoint} has no such object ({e.Status.Detail}); check the filter's root", e)
        : MxFailures.Of(e, what, _options.Endpoint);

    // Other message numbers look like this: fields that are missing, or stand for others.
    private MxProtocolException MakesNoSense(string what, string how) =>
        new($"{what}: the answer of the gateway at {_options.Endpoint} makes no sense: {how}. "
            + "Does it use the message numbers that this was built with? See README, The gateway's wire");
}
