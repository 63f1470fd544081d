using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

// The types that the tests of PublicApiText look at: one of each kind of promise, and beside it what is no promise.
#pragma warning disable CS0067 // They are looked at, not used.
namespace MxGateway.Typed.PublicApi.Tests.Sample;

public interface IReader<out T, in TKey>
    where TKey : notnull
{
    T? this[TKey key] { get; }
    event EventHandler? Changed;
    static abstract int Count { get; }
    bool TryRead(TKey key, [NotNullWhen(true)] out string? text);
    int Twice() => 2;
}

public delegate TResult? Convert<in T, TResult>(T value, params string?[] hints)
    where TResult : class?;

public enum Small : byte { Low = 1, High = 200 }

[Flags]
public enum Access { None = 0, Read = 1, Write = 2, [Obsolete("use Write")] Change = 4 }

public abstract class Base(int number)
{
    public const string Name = "a \"quoted\" \\ name";
    protected const long Limit = -5;
    protected static readonly string? s_shared = null;
    internal int Hidden = number;
    private protected int AlsoHidden => Hidden;

    public required string Title { get; init; }
    public virtual int Number { get; protected set; }
    protected internal abstract string? Text { get; }
    public string? this[int index, bool exact = false] => null;

    public static Base? operator +(Base left, Base? right) => left;
    public void Change(ref int a, in double b, out string? c, ref readonly long d) => c = null;
    public override string ToString() => Title;
    internal void Internal() { }

    protected class Nested<TItem> { public List<TItem?>? Items; }
}

public sealed class Derived : Base, IDisposable
{
    [SetsRequiredMembers]
    public Derived() : base(1) => Title = "";
    protected internal override string? Text => null;
    public T? Unconstrained<T>(T value, T? other) => other;
    public Task<Dictionary<string, List<int?>?>?> Deep((int Count, string? Name) pair, (int, object)[]? more = null) => throw new NotSupportedException();
    public async IAsyncEnumerable<Base> StreamAsync<T>(Access access = Access.Read | Access.Write, [EnumeratorCancellation] CancellationToken token = default, char mark = 'x', double factor = 0.5)
        where T : struct, IComparable<T>
    {
        await Task.Yield();
        yield break;
    }

    public void Dispose() { }
}

public sealed record Point(double X, double? Y, string? Label = null);

public readonly record struct Pair<T>(T First, T? Second)
    where T : unmanaged;

public ref struct Window
{
    public readonly int Length => 0;
    public ReadOnlySpan<byte> Bytes { get; set; }
    public static void Fill(scoped Span<byte> target, params ReadOnlySpan<int> values) { }
}

[EditorBrowsable(EditorBrowsableState.Never)]
public static class Extensions
{
    public static T Or<T>(this T? value, T other)
        where T : class, new() => value ?? other;
    public static ref readonly int First(this ReadOnlySpan<int> span) => ref span[0];
}

internal sealed class Unseen { public int Anything { get; } }
