namespace MxGateway.Typed.Tests;

internal static class AsyncEnumerables
{
    /// <summary>Takes one, and ends the enumeration.</summary>
    public static async Task<T> FirstAsync<T>(this IAsyncEnumerable<T> items)
    {
        await foreach (T item in items)
            return item;
        throw new InvalidOperationException("the enumeration ended without an element");
    }
}
