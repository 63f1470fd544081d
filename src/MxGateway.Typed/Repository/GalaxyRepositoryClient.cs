using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>
/// Reads the Galaxy's deployed objects from the gateway's GalaxyRepository service, and watches for deploys. Needs the scope <c>metadata:read</c>, and no
/// session.
/// Safe from many threads.
/// </summary>
public sealed partial class GalaxyRepositoryClient : IAsyncDisposable
{
    /// <summary>How many objects are held at a time by the calls that give all of them at once.</summary>
    public const int MaxObjects = 1_000_000;

    private readonly IGrpcTransport _transport;
    private readonly MxGatewayOptions _options;
    private readonly bool _ownsTransport;

    /// <summary>Makes the client. Nothing is connected before the first call.</summary>
    /// <param name="options">Where the gateway is.</param>
    /// <exception cref="ArgumentException">An option cannot work; the message names it.</exception>
    /// <exception cref="MxConnectionException">The CA file cannot be read, or holds no certificate.</exception>
    public GalaxyRepositoryClient(MxGatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _transport = MxTransports.Create(options);
        _ownsTransport = true;
    }

    /// <summary>A client that goes over a connection's transport.</summary>
    internal GalaxyRepositoryClient(IGrpcTransport transport, MxGatewayOptions options)
    {
        _transport = transport;
        _options = options;
    }

    /// <summary>Whether the gateway reaches the Galaxy's database. It answers false rather than failing.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<bool> TestConnectionAsync(CancellationToken cancellationToken = default) =>
        (await CallAsync(
            GatewayMethods.TestConnection, new TestConnectionRequest(), "testing the Galaxy's database", cancellationToken).ConfigureAwait(false)).Ok;

    /// <summary>When the Galaxy was last deployed, in UTC; null where the repository does not say.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<DateTimeOffset?> GetLastDeployTimeAsync(CancellationToken cancellationToken = default)
    {
        GetLastDeployTimeReply reply = await CallAsync(
            GatewayMethods.GetLastDeployTime, new GetLastDeployTimeRequest(), "asking for the last deploy", cancellationToken).ConfigureAwait(false);
        return Wire.ToDeployTime(reply.Present, reply.TimeOfLastDeploy);
    }

    /// <summary>
    /// All deployed objects that a filter lets through, at once. For a whole plant <see cref="EnumerateHierarchyAsync"/> holds only a page at a time.
    /// </summary>
    /// <param name="filter">Which objects; null for all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ArgumentException">The filter cannot work; the message names the property.</exception>
    /// <exception cref="MxStaleHierarchyException">The Galaxy was deployed anew meanwhile: start again.</exception>
    /// <exception cref="MxProtocolException">
    /// The Galaxy has no such root; there are more than <see cref="MaxObjects"/> objects; the answer makes no sense.
    /// </exception>
    public async Task<IReadOnlyList<MxGalaxyObject>> DiscoverHierarchyAsync(MxHierarchyFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var objects = new List<MxGalaxyObject>();
        await foreach (MxGalaxyObject o in EnumerateHierarchyAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            EnsureRoom(objects.Count, $"read them one by one with {nameof(EnumerateHierarchyAsync)}, or name a filter");
            objects.Add(o);
        }

        return objects;
    }

    /// <summary>
    /// The deployed objects that a filter lets through, one by one: the next page is asked for when the last object of the current one is done with, and a page
    /// is all that is held.
    /// Who stops early asks for no more pages.
    /// </summary>
    /// <param name="filter">Which objects; null for all.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The filter cannot work; the message names the property.</exception>
    /// <exception cref="MxStaleHierarchyException">
    /// The Galaxy was deployed anew between two pages, and what came so far is of the one before: start again.
    /// </exception>
    /// <exception cref="MxProtocolException">The Galaxy has no such root; the answer makes no sense.</exception>
    public IAsyncEnumerable<MxGalaxyObject> EnumerateHierarchyAsync(MxHierarchyFilter? filter = null, CancellationToken cancellationToken = default) =>
        ObjectsAsync((filter ?? MxHierarchyFilter.All).ToDiscoverRequest(), cancellationToken);

    /// <summary>The children of one object: what it contains, or what an area holds. Areas come first, then it goes by name.</summary>
    /// <param name="filter">
    /// Whose children: the filter's root; null, or a filter without a root, for the objects at the top. And which of them.
    /// It has no <see cref="MxHierarchyFilter.MaxDepth"/>.
    /// </param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ArgumentException">The filter cannot work; the message names the property.</exception>
    /// <exception cref="MxStaleHierarchyException">The Galaxy was deployed anew meanwhile: start again.</exception>
    /// <exception cref="MxProtocolException">
    /// The Galaxy has no such object; there are more than <see cref="MaxObjects"/> children; the answer makes no sense.
    /// </exception>
    public async Task<IReadOnlyList<MxGalaxyChild>> BrowseChildrenAsync(MxHierarchyFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var children = new List<MxGalaxyChild>();
        BrowseChildrenRequest request = (filter ?? MxHierarchyFilter.All).ToBrowseRequest();
        await foreach (BrowseChildrenReply page in BrowseChildrenRawAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (page.ChildHasChildren.Count != page.Children.Count)
            {
                throw MakesNoSense(
                    BrowsingChildren,
                    $"{page.Children.Count} children came with {page.ChildHasChildren.Count} answers to whether they have children themselves");
            }

            EnsureRoom(children.Count + page.Children.Count - 1, "name a filter");
            for (int i = 0; i < page.Children.Count; i++)
                children.Add(new MxGalaxyChild(MxGalaxyObject.Of(page.Children[i]), page.ChildHasChildren[i]));
        }

        return children;
    }

    /// <summary>
    /// Watches for deploys: the state of now at once, then one event per deploy, until the enumeration ends. It has no end of its own: a gateway that stops,
    /// or is lost, is an <see cref="MxConnectionException"/>. To go on then, watch again with the deploy time of the last event: where the first event comes
    /// at once, the Galaxy was deployed meanwhile, once or more often.
    /// </summary>
    /// <param name="lastSeenDeployTime">
    /// The deploy time that is known already: where that is the Galaxy's still, the first event is the next deploy. Null: the first event is the state of now.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="MxConnectionException">The gateway ended the watch, went away or cannot be reached.</exception>
    /// <exception cref="MxAuthorizationException">The API key lacks the scope <c>metadata:read</c>.</exception>
    public IAsyncEnumerable<MxDeployEvent> WatchDeployEventsAsync(DateTimeOffset? lastSeenDeployTime = null, CancellationToken cancellationToken = default) =>
        DeploysAsync(lastSeenDeployTime, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _ownsTransport ? _transport.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>One object by its tagname; null where the Galaxy has none.</summary>
    internal async Task<MxGalaxyObject?> FindAsync(string tagName, CancellationToken cancellationToken)
    {
        try
        {
            var itself = new MxHierarchyFilter { RootTagName = tagName, MaxDepth = 0 };
            IReadOnlyList<MxGalaxyObject> found = await DiscoverHierarchyAsync(itself, cancellationToken).ConfigureAwait(false);
            return found.FirstOrDefault(o => string.Equals(o.TagName, tagName, StringComparison.OrdinalIgnoreCase));
        }
        catch (MxProtocolException e) when (e.InnerException is GrpcException { Code: GrpcStatusCode.NotFound })
        {
            return null;
        }
    }

    private async IAsyncEnumerable<MxGalaxyObject> ObjectsAsync(DiscoverHierarchyRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long count = 0;
        int? announced = null;
        await foreach (DiscoverHierarchyReply page in DiscoverHierarchyRawAsync(request, cancellationToken).ConfigureAwait(false))
        {
            count += page.Objects.Count;
            announced ??= page.TotalObjectCount;
            if (page.TotalObjectCount != announced)
            {
                throw new MxStaleHierarchyException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ReadingHierarchy}: the gateway at {_options.Endpoint} announced {announced} objects, and then {page.TotalObjectCount}: ")
                    + "the Galaxy was deployed anew meanwhile; start again");
            }

            if (count > announced || (page.NextPageToken.Length == 0 && count < announced))
                throw MakesNoSense(ReadingHierarchy, string.Create(CultureInfo.InvariantCulture, $"{announced} objects were announced, and {count} came"));
            foreach (GalaxyObject o in page.Objects)
                yield return MxGalaxyObject.Of(o);
        }
    }

    private async IAsyncEnumerable<MxDeployEvent> DeploysAsync(DateTimeOffset? lastSeen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new WatchDeployEventsRequest { LastSeenDeployTime = lastSeen is { } seen ? Timestamp.FromDateTimeOffset(seen) : null };
        MxDeployEvent? before = null;
        await foreach (DeployEvent message in WatchDeployEventsRawAsync(request, cancellationToken).ConfigureAwait(false))
        {
            MxDeployEvent deploy = MxDeployEvent.Of(message, before);

            // A gateway may tell what is known, where its clock is finer than ours; or tell one twice, where the watch began just when it happened.
            bool isKnown = before is null
                ? lastSeen is not null && deploy.DeployTime == lastSeen
                : (deploy.Sequence, deploy.DeployTime) == (before.Sequence, before.DeployTime);
            before = deploy;
            if (!isKnown)
                yield return deploy;
        }
    }

    private void EnsureRoom(int count, string advice)
    {
        if (count >= MaxObjects)
        {
            throw new MxProtocolException(
                string.Create(CultureInfo.InvariantCulture, $"the Galaxy at {_options.Endpoint} has more than {MaxObjects} such objects; {advice}"));
        }
    }
}
