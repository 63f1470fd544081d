using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Tests;

/// <summary>A value of <c>tests/Golden/values</c>: what it is in .NET, and who makes the message.</summary>
/// <param name="file">The file's name.</param>
/// <param name="read">Reads an attribute of the class that the generator gives to such values.</param>
/// <param name="expected">What that reads.</param>
internal sealed class GoldenValue(string file, Func<GoldenTank, Task<object?>> read, object? expected)
{
    public string File { get; } = file;

    public Func<GoldenTank, Task<object?>> Read { get; } = read;

    public object? Expected { get; } = Comparable(expected);

    /// <summary>What a session is given to send it; null for values that are not written.</summary>
    public MxVariant? Sent { get; init; }

    /// <summary>Writes it through the attribute, where that sends the very same message.</summary>
    public Func<GoldenTank, Task>? Write { get; init; }

    /// <summary>The message of a value that is not written.</summary>
    public Proto.MxValue? Message { get; init; }

    public static GoldenValue Scalar<T>(string file, T value, MxVariant sent)
        where T : struct => new(file, async tank => Answer(await tank.Only<MxAttribute<T>>().ReadAsync()), value)
        {
            Sent = sent,
            Write = tank => tank.Only<MxAttribute<T>>().WriteAsync(value),
        };

    public static GoldenValue Text(string file, string value, MxDataType type) => new(file, async tank => Answer(await tank.Only<MxStringAttribute>().ReadAsync()), value)
    {
        Sent = ((MxVariant)value).As(type),
        Write = type == MxDataType.String ? tank => tank.Only<MxStringAttribute>().WriteAsync(value) : null,
    };

    public static GoldenValue Array<T>(string file, T[] value, MxVariant sent, bool isUsual = true)
        where T : notnull => new(file, async tank => Answer(await tank.Only<MxArrayAttribute<T>>().ReadAsync()), value)
        {
            Sent = sent,
            Write = isUsual ? tank => tank.Only<MxArrayAttribute<T>>().WriteAsync(value) : null,
        };

    public static GoldenValue Unwritten<T>(string file, T? value, Proto.MxValue message)
        where T : struct => new(file, async tank => Answer(await tank.Only<MxReadOnlyAttribute<T>>().ReadAsync()), value) { Message = message };

    public static GoldenValue UnwrittenArray<T>(string file, T[] value, Proto.MxValue message)
        where T : notnull => new(file, async tank => Answer(await tank.Only<MxReadOnlyArrayAttribute<T>>().ReadAsync()), value) { Message = message };

    public override string ToString() => File;

    private static object? Answer<T>(MxSample<T> sample)
    {
        Assert.True(sample.Quality.IsGood, sample.ToString());
        return sample.HasValue ? Comparable(sample.Value) : null;
    }

    // Memory is compared by what is in it.
    private static object? Comparable(object? value) => value switch
    {
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        IEnumerable<ReadOnlyMemory<byte>> all => all.Select(bytes => Convert.ToHexString(bytes.Span)).ToArray(),
        _ => value,
    };
}
