using System.Runtime.CompilerServices;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed;

/// <summary>Reads the Galaxy's hierarchy from the gateway's GalaxyRepository service. Needs the scope <c>metadata:read</c>, and no session.</summary>
public sealed class GalaxyRepositoryClient : IAsyncDisposable
{
    private readonly IGrpcTransport _transport;
    private readonly MxGatewayOptions _options;

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
        return reply.Present && reply.TimeOfLastDeploy is not null ? Wire.ToTime(reply.TimeOfLastDeploy) : null;
    }

    /// <summary>The hierarchy page by page, as protobuf messages; the next page is asked for when the current one is done with.</summary>
    /// <param name="request">The filters and the page size (0: the gateway's default). Its page token is ignored.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="MxStaleHierarchyException">The Galaxy was deployed anew between two pages: start again.</exception>
    public async IAsyncEnumerable<DiscoverHierarchyReply> DiscoverHierarchyRawAsync(
        DiscoverHierarchyRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        DiscoverHierarchyRequest next = request.Clone();
        next.PageToken = "";
        do
        {
            DiscoverHierarchyReply page;
            try
            {
                page = await CallAsync(GatewayMethods.DiscoverHierarchy, next, "reading the Galaxy's hierarchy", cancellationToken).ConfigureAwait(false);
            }
            catch (MxProtocolException e) when (next.PageToken.Length > 0 && e.InnerException is GrpcException { Code: GrpcStatusCode.InvalidArgument })
            {
                throw new MxStaleHierarchyException($"the Galaxy at {_options.Endpoint} was deployed anew while its hierarchy was read; start again", e);
            }

            if (page.NextPageToken.Length > 0 && page.NextPageToken == next.PageToken)
                throw new MxProtocolException($"reading the Galaxy's hierarchy: the gateway at {_options.Endpoint} gives the same page token again and again");
            yield return page;
            next.PageToken = page.NextPageToken;
        }
        while (next.PageToken.Length > 0);
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private async Task<TReply> CallAsync<TRequest, TReply>(
        GrpcMethod<TRequest, TReply> method, TRequest request, string what, CancellationToken cancellationToken)
        where TRequest : Google.Protobuf.IMessage
    {
        try
        {
            return await _transport.CallAsync(method, request, new GrpcCallOptions(_options.CommandTimeout), cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.Code == GrpcStatusCode.NotFound)
        {
            throw new MxProtocolException($"{what}: the Galaxy at {_options.Endpoint} has no such object ({e.Status.Detail}); check the filter's root", e);
        }
        catch (GrpcException e)
        {
            throw MxFailures.Of(e, what, _options.Endpoint);
        }
    }
}
