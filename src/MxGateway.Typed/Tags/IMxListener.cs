namespace MxGateway.Typed;

/// <summary>Somebody who listens to tags for a while: a subscription, or the handlers of a tag's PropertyChanged.</summary>
internal interface IMxListener : IDisposable
{
    /// <summary>Nothing more will come; what has come is still delivered.</summary>
    void Complete();
}
