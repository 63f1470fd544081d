namespace MxGateway.Typed;

/// <summary>Takes the samples of one item on the event path, under the item's lock: must return at once and never throw.</summary>
internal interface IMxSampleSink
{
    void Publish(in MxRawSample sample);
}
