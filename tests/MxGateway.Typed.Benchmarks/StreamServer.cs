using System.Buffers;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Benchmarks;

/// <summary>
/// A gateway that does nothing but send: prepared bytes, one event a message, so that the client is what is measured. It runs in a process of its own.
/// </summary>
internal static class StreamServer
{
    /// <summary>Says how many events the caller wants.</summary>
    public const string CountHeader = "x-events";

    // The events that are prepared, and sent again and again: long enough that nothing is gained by what repeats.
    private const int Prepared = 20_000, BlockSize = 64 * 1024;

    /// <summary>Serves until the standard input ends.</summary>
    public static async Task RunAsync()
    {
        (byte[] bytes, int[] ends) = Prepare();
        await using RawServer server = await RawServer.StartAsync(http => SendAsync(http, bytes, ends));
        Console.WriteLine(server.Endpoint);
        await Console.In.ReadToEndAsync();
    }

    private static async Task SendAsync(HttpContext http, byte[] bytes, int[] ends)
    {
        for (long left = long.Parse(http.Request.Headers[CountHeader].ToString(), CultureInfo.InvariantCulture); left > 0; left -= Prepared)
        {
            int end = left >= Prepared ? bytes.Length : ends[left - 1];
            for (int at = 0; at < end; at += BlockSize)
                await http.Response.BodyWriter.WriteAsync(bytes.AsMemory(at, Math.Min(BlockSize, end - at)), http.RequestAborted);
        }

        http.Response.AppendTrailer(GrpcHeaders.Status, "0");
    }

    private static (byte[] Bytes, int[] Ends) Prepare()
    {
        var random = new Random(1);
        var bytes = new ArrayBufferWriter<byte>();
        int[] ends = new int[Prepared];
        for (int i = 0; i < Prepared; i++)
        {
            GrpcFraming.Write(bytes, Event(random, i));
            ends[i] = bytes.WrittenCount;
        }

        return (bytes.WrittenSpan.ToArray(), ends);
    }

    /// <summary>An event as the gateway sends it: 50 % floats, 25 % bools, 15 % ints, 10 % strings.</summary>
    private static MxEvent Event(Random random, int i)
    {
        MxValue value = random.Next(20) switch
        {
            < 10 => new() { DataType = MxDataType.Float, VariantType = "VT_R4", FloatValue = random.NextSingle() * 100 },
            < 15 => new() { DataType = MxDataType.Boolean, VariantType = "VT_BOOL", BoolValue = random.Next(2) == 0 },
            < 18 => new() { DataType = MxDataType.Integer, VariantType = "VT_I4", Int32Value = random.Next(10_000) },
            _ => new() { DataType = MxDataType.String, VariantType = "VT_BSTR", StringValue = $"Batch {random.Next(10_000)} running" },
        };
        var now = Timestamp.FromDateTime(new DateTime(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc).AddMilliseconds(i));
        return new MxEvent
        {
            Family = MxEventFamily.OnDataChange,
            SessionId = "session-0123456789abcdef0123456789abcdef",
            ServerHandle = 1,
            ItemHandle = random.Next(1, 10_000),
            Value = value,
            Quality = 192,
            SourceTimestamp = now,
            Statuses = { new MxStatusProxy { Success = -1, Category = MxStatusCategory.Ok, DetectedBy = MxStatusSource.RespondingLmx } },
            WorkerSequence = (ulong)i + 1,
            WorkerTimestamp = now,
            GatewayReceiveTimestamp = now,
            OnDataChange = new OnDataChangeEvent(),
        };
    }
}
