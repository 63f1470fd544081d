namespace MxGateway.Typed;

/// <summary>An observer for those who only care for the samples.</summary>
internal sealed class MxCallbackObserver<TSample>(Action<TSample> onSample) : IObserver<TSample>
{
    public void OnNext(TSample value) => onSample(value);

    public void OnError(Exception error)
    {
        // Never called: a lost connection is a sample.
    }

    public void OnCompleted()
    {
        // The plant was disposed of: the callback has had its last sample.
    }
}
