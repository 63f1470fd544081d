using System.Globalization;
using System.Text;

namespace MxGateway.Typed.Protocol.Grpc;

/// <summary>The names and encodings of gRPC's HTTP/2 headers, for both ends of the wire.</summary>
public static class GrpcHeaders
{
    /// <summary>The content type of every request and answer.</summary>
    public const string ContentType = "application/grpc";

    /// <summary>The header that carries the API key.</summary>
    public const string Authorization = "authorization";

    /// <summary>What stands before the key in <see cref="Authorization"/>.</summary>
    public const string Bearer = "Bearer ";

    /// <summary>The status code, in the trailers or, for a trailers-only answer, in the headers.</summary>
    public const string Status = "grpc-status";

    /// <summary>The percent-encoded message beside the status.</summary>
    public const string Message = "grpc-message";

    /// <summary>The caller's deadline, relative.</summary>
    public const string Timeout = "grpc-timeout";

    /// <summary>How the messages are compressed.</summary>
    public const string Encoding = "grpc-encoding";

    /// <summary>The compressions that the caller takes.</summary>
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>Whether a content type, without its parameters, is gRPC's; <c>application/grpc-web</c> is another protocol.</summary>
    internal static bool IsContentType(string? type) =>
        type is not null
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] == '+');

    /// <summary>Percent-encodes a status message: UTF-8 bytes outside printable ASCII, and the percent sign, become <c>%XX</c>.</summary>
    /// <param name="message">The message.</param>
    public static string EncodeMessage(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (byte b in System.Text.Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)b);
            else
                encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    /// <summary>Decodes a status message. A broken escape stays as it is: a message is for people, so half of one beats none.</summary>
    /// <param name="encoded">The header's value.</param>
    public static string DecodeMessage(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
            return encoded;

        var bytes = new List<byte>(encoded.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length
                && byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                bytes.Add(value);
                i += 2;
                continue;
            }

            Rune.DecodeFromUtf16(encoded.AsSpan(i), out Rune rune, out int consumed);
            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            i += consumed - 1;
        }

        return System.Text.Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Writes a deadline as gRPC wants it: at most eight digits and a unit. What does not fit is rounded up, never down.</summary>
    /// <param name="timeout">The time that is left; what is not positive becomes the shortest deadline there is.</param>
    public static string EncodeTimeout(TimeSpan timeout)
    {
        const long Max = 99_999_999;
        if (timeout <= TimeSpan.Zero)
            return "1n";

        long ticks = timeout.Ticks;
        foreach ((long perUnit, char unit) in new[]
                 {
                     (TimeSpan.TicksPerMicrosecond, 'u'), (TimeSpan.TicksPerMillisecond, 'm'), (TimeSpan.TicksPerSecond, 'S'), (TimeSpan.TicksPerMinute, 'M'),
                 })
        {
            long count = (ticks / perUnit) + (ticks % perUnit == 0 ? 0 : 1);
            if (count <= Max)
                return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
        }

        long hours = (ticks / TimeSpan.TicksPerHour) + (ticks % TimeSpan.TicksPerHour == 0 ? 0 : 1);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Min(hours, Max)}H");
    }

    /// <summary>Reads a deadline.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="timeout">The time that the caller gives; what is longer than a <see cref="TimeSpan"/> becomes the longest one.</param>
    /// <returns>False when the header is no deadline.</returns>
    public static bool TryDecodeTimeout(string header, out TimeSpan timeout)
    {
        timeout = default;
        if (header.Length is < 2 or > 9
            || !long.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            return false;

        double ticks = header[^1] switch
        {
            'n' => count / 100.0,
            'u' => (double)count * TimeSpan.TicksPerMicrosecond,
            'm' => (double)count * TimeSpan.TicksPerMillisecond,
            'S' => (double)count * TimeSpan.TicksPerSecond,
            'M' => (double)count * TimeSpan.TicksPerMinute,
            'H' => (double)count * TimeSpan.TicksPerHour,
            _ => -1,
        };
        if (ticks < 0)
            return false;

        timeout = ticks >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)Math.Ceiling(ticks));
        return true;
    }
}
