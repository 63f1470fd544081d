using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MxGateway.Typed;

/// <summary>One value of an attribute at one time, with all that MXAccess says about it.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly record struct MxSample<T>
{
    private readonly T? _value;

    internal MxSample(T? value, bool hasValue, MxQuality quality, DateTimeOffset timestamp, MxStatus status, bool isFromSession = false)
    {
        _value = value;
        HasValue = hasValue;
        Quality = quality;
        Timestamp = timestamp;
        Status = status;
        IsFromSession = isFromSession;
    }

    /// <summary>Whether there is a value at all. A sample of bad quality may still carry one; a lost connection, a wrong reference and a null carry none.</summary>
    public bool HasValue { get; }

    /// <summary>The value. Look at <see cref="Quality"/> before relying on it, or use <see cref="TryGetGood"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no value: <see cref="HasValue"/> is false.</exception>
    public T Value => HasValue ? _value! : throw new InvalidOperationException($"there is no value: quality {Quality}, status {Status}; look at HasValue first");

    /// <summary>How far the value can be relied on.</summary>
    public MxQuality Quality { get; }

    /// <summary>When the source gave the value, in UTC; where the session made the sample, when it did.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>What MXAccess says about the value.</summary>
    public MxStatus Status { get; }

    /// <summary>Whether the session made this sample, because the plant could not: nothing has come yet, the connection is lost, or the value is not of the snapshot's type.</summary>
    public bool IsFromSession { get; }

    /// <summary>Whether there is a value of good quality.</summary>
    public bool IsGood => HasValue && Quality.IsGood;

    /// <summary>The value, if there is one and its quality is good.</summary>
    /// <param name="value">The value.</param>
    public bool TryGetGood([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return IsGood;
    }

    /// <summary>Such as <c>42.5 good 2026-11-02 06:15:00.000Z</c>.</summary>
    public override string ToString()
    {
        string value = HasValue ? MxText.Of(_value) : "(no value)";
        string text = string.Create(CultureInfo.InvariantCulture, $"{value} {Quality} {Timestamp.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");
        return Status.IsOk ? text : $"{text} {Status}";
    }
}
