using System.Threading.Channels;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>An observer that a test asks for one sample after the other.</summary>
internal sealed class Observer<TSample>(Action<TSample>? onNext = null) : IObserver<TSample>
{
    private readonly Channel<TSample> _samples = Channel.CreateUnbounded<TSample>();
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completed => _completed.Task;

    public Task<TSample> NextAsync() => _samples.Reader.ReadAsync().AsTask().WaitAsync(Retry.Patience);

    public void OnNext(TSample value)
    {
        onNext?.Invoke(value);
        _samples.Writer.TryWrite(value);
    }

    public void OnError(Exception error) => _completed.TrySetException(error);

    public void OnCompleted() => _completed.TrySetResult();
}
