namespace MxGateway.Typed.Tests;

/// <summary>An observer that only keeps a tag advised.</summary>
internal sealed class Nobody<T> : IObserver<MxSample<T>>
{
    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void OnNext(MxSample<T> value)
    {
    }
}
