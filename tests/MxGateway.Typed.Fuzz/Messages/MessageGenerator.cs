using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Fuzz.Messages;

/// <summary>
/// Makes valid messages of any type with hostile values, from the descriptors alone. Where a field leads somewhere (session, handle, reference), most of its
/// values do lead there,
/// so that the depth is reached.
/// </summary>
/// <param name="random">What everything comes from.</param>
/// <param name="firstItemHandle">The first of the item handles that are known at the other end.</param>
internal sealed class MessageGenerator(Random random, int firstItemHandle = 1)
{
    /// <summary>Stands for the id of a session that is open; as long as one, so that it can be replaced within a message.</summary>
    public const string Session = "session-00000000000000000000000000000000";

    /// <summary>The references that the other end knows, and some that it does not.</summary>
    public static string[] References { get; } =
    [
        "Pump_001.Speed", "Pump_001.Running", "Pump_001.Count", "Pump_001.Note", "Pump_001.Recipe[]", "Pump_001.Recipe", "Pump_001.Steps[]",
        "Pump_001.Signed", "Pump_001.Mode", "Pump_001.Started", "Pump_001.RunTime", "Pump_001.PV.HiHi.Limit", "pump_001.SPEED",
        "Pump_001.Recipe[0]", "Pump_001.Recipe[2]", "Pump_001.Count.03", "Pump_001", "Nothing.Here", "..",
    ];

    private const int MaxDepth = 8, MaxParts = 4_000;

    private static readonly string[] s_texts =
    [
        "", " ", "x", "\0", "\r\n", "%", "%00%zz", "ä", "名前", "\U0001F600", "\u202Eevil", "*", "?*?*?*?*?*?*x",
        "$Pump", "Area1/Line3", "AAAAAQAAAAAAAAAAAAAAAAAAAAA", "00000000-0000-0000-0000-000000000000",
    ];

    private static readonly int[] s_numbers = [0, 1, -1, 2, 3, 100, 500, 5_000, 5_001, 10_000, 0x7FFF, 0x8000, 0xFFFF, 0x10000, int.MaxValue, int.MinValue];

    private static readonly long[] s_longs =
    [
        0, 1, -1, 999_999_999, 1_000_000_000, -62135596800, -62135596801, 253402300799, 253402300800,
        315_576_000_000, int.MaxValue, long.MaxValue, long.MinValue, DateTime.MaxValue.Ticks,
    ];

    private static readonly double[] s_reals =
    [
        0, -0.0, 1, -1, 0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, double.MinValue, float.MaxValue, 1e39,
    ];

    private int _parts;

    /// <summary>Makes a message.</summary>
    public IMessage Make(MessageDescriptor type)
    {
        _parts = 0;
        return Make(type, 0);
    }

    private IMessage Make(MessageDescriptor type, int depth)
    {
        IMessage message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (OneofDescriptor oneof in type.Oneofs.Where(oneof => !oneof.IsSynthetic))
            if (Chance(0.93))
                Set(message, oneof.Fields[random.Next(oneof.Fields.Count)], depth);
        foreach (FieldDescriptor field in type.Fields.InDeclarationOrder().Where(field => field.RealContainingOneof is null))
            if (Chance(depth < 4 ? 0.8 : 0.4))
                Set(message, field, depth);

        if (message is MxCommand command && Chance(0.95))
            command.Kind = KindOf(command);
        if (message is ProtocolStatus status && Chance(0.7))
            status.Code = ProtocolStatusCode.Ok;
        return message;
    }

    /// <summary>The kind that goes with a command's payload; found by their names.</summary>
    public static MxCommandKind KindOf(MxCommand command) =>
        System.Enum.TryParse(command.PayloadCase.ToString(), out MxCommandKind kind) ? kind : MxCommandKind.Unspecified;

    private void Set(IMessage message, FieldDescriptor field, int depth)
    {
        if (field.FieldType == FieldType.Message && (depth >= MaxDepth || _parts > MaxParts))
            return;
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, Value(field, depth));
            return;
        }

        var list = (IList)field.Accessor.GetValue(message);
        for (int left = Count(); left > 0 && _parts <= MaxParts; left--, _parts++)
            list.Add(Value(field, depth));
    }

    private int Count() => random.Next(100) switch
    {
        < 20 => 0,
        < 60 => 1,
        < 97 => random.Next(2, 6),
        < 99 => 40,
        _ => random.Next(4) == 0 ? 2_000 : 1,
    };

    private object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Bool => Chance(0.5),
        FieldType.Int32 => Number(field.Name),
        FieldType.UInt32 => (uint)Pick(s_numbers),
        FieldType.Int64 => Pick(s_longs),
        FieldType.UInt64 => (ulong)(Chance(0.7) ? random.Next(5) : Pick(s_longs)),
        FieldType.Float => (float)Pick(s_reals),
        FieldType.Double => Pick(s_reals),
        FieldType.String => Text(field.Name),
        FieldType.Bytes => ByteString.CopyFrom(Bytes(random.Next(20))),
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, Chance(0.8) ? field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number : Pick(s_numbers)),

        // A wrapper stands as its value.
        FieldType.Message when field.MessageType.FullName == Int32Value.Descriptor.FullName => Pick(s_numbers),
        FieldType.Message => Make(field.MessageType, depth + 1),
        _ => throw new NotSupportedException($"the contract has a field of type {field.FieldType}, {field.FullName}, which the fuzz does not make yet"),
    };

    private int Number(string field) => field switch
    {
        "server_handle" when Chance(0.9) => 1,
        "item_handle" or "item_handles" when Chance(0.9) => firstItemHandle + random.Next(10),
        "user_id" or "current_user_id" or "verifier_user_id" when Chance(0.7) => random.Next(3),
        "quality" when Chance(0.7) => 192,
        _ => Pick(s_numbers),
    };

    private string Text(string field) => field switch
    {
        "session_id" when Chance(0.95) => Session,
        "item_definition" or "tag_addresses" or "tag_address" when Chance(0.9) => Pick(References),
        "page_token" when Chance(0.7) => "",
        _ when Chance(0.002) => new string('x', 100_000),
        _ when Chance(0.01) => new string('ä', 2_000),
        _ => Pick(s_texts),
    };

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private bool Chance(double probability) => random.NextDouble() < probability;

    private T Pick<T>(T[] all) => all[random.Next(all.Length)];
}
