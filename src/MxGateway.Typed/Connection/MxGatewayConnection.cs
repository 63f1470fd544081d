namespace MxGateway.Typed;

/// <summary>A connection with the gateway.</summary>
public sealed class MxGatewayConnection : IAsyncDisposable
{
    private MxGatewayConnection()
    {
    }

    /// <summary>Connects.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<MxGatewayConnection> ConnectAsync(MxGatewayOptions options, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Closes.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
