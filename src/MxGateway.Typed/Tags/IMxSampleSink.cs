namespace MxGateway.Typed;

/// <summary>Takes samples on the event path: must return at once and never throw.</summary>
internal interface IMxSampleSink
{
    void Publish(in MxRawSample sample);

    /// <summary>There will be no more.</summary>
    void Complete();
}
