namespace MxGateway.Typed.Fuzz;

/// <summary>A piece of the product that takes bytes from outside: makes inputs for it, and plays them. Safe from many threads.</summary>
internal abstract class FuzzTarget(string name) : IAsyncDisposable
{
    public string Name { get; } = name;

    /// <summary>How many inputs are played at the same time.</summary>
    public virtual int Parallelism => 2;

    /// <summary>Makes an input; the same numbers give the same input.</summary>
    public FuzzInput Generate(Random random) => new(Name, [.. Steps(random)]);

    /// <summary>Plays an input. Throws where the product does what it must not: <see cref="FuzzException"/>, or whatever came out of it.</summary>
    public abstract Task PlayAsync(FuzzInput input);

    /// <summary>Whether the piece is as good as new after all that it was given.</summary>
    public virtual Task CheckAsync() => Task.CompletedTask;

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected abstract IEnumerable<FuzzStep> Steps(Random random);
}

/// <summary>The product did what it must not.</summary>
internal sealed class FuzzException(string message, Exception? inner = null) : Exception(message, inner);
