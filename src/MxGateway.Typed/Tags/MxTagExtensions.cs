namespace MxGateway.Typed;

/// <summary>Conveniences over what a tag can do. They are extension methods, so that they never take a name from a Galaxy's attribute.</summary>
public static class MxTagExtensions
{
    /// <summary>Advises for a callback: as <see cref="MxTag{T}.Subscribe(IObserver{MxSample{T}})"/>, where only the samples matter.</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    /// <param name="tag">The tag.</param>
    /// <param name="onSample">Called for one sample after the other, never for two at once, on a thread of the pool.</param>
    /// <param name="options">What is kept for a callback that is behind, and by which call of MXAccess the tag is advised.</param>
    /// <returns>Ends the subscription when it is disposed of.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The plant or its connection was disposed of.</exception>
    /// <exception cref="MxGalaxyException">The attribute is not what this object's class says.</exception>
    public static IDisposable Subscribe<T>(this MxTag<T> tag, Action<MxSample<T>> onSample, MxAdviseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tag);
        ArgumentNullException.ThrowIfNull(onSample);
        return tag.Subscribe(new MxCallbackObserver<MxSample<T>>(onSample), options ?? MxAdviseOptions.Default);
    }
}
