using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Tests.GoldenValue;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Tests;

/// <summary>The values of <c>tests/Golden</c>: what the runtime sends for each is the file, and what it reads from the file is the value that the README there says.</summary>
public sealed class GoldenValueTests
{
    private const string Odd = "Grüße \"温度\" \\ 😀\n";
    private static readonly DateTimeOffset s_time = new DateTimeOffset(2026, 11, 2, 6, 15, 0, TimeSpan.Zero).AddTicks(1_234_567);
    private static readonly DateTimeOffset s_first = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_long = new(1, 2, 3, 4, 5), s_back = TimeSpan.FromTicks(-1);

    private static readonly GoldenValue[] s_values =
    [
        Scalar("Boolean", true, true),
        Array("Boolean.array", [true, false], MxVariant.OfElements(true, false)),
        Scalar("Integer", int.MinValue, int.MinValue),
        Array("Integer.array", [1, -2, int.MaxValue], MxVariant.OfElements(1, -2, int.MaxValue)),
        Scalar("Float", 42.5f, 42.5f),
        Array("Float.array", [0.1f, -1.5f, 3e38f], MxVariant.OfElements(0.1f, -1.5f, 3e38f)),
        Scalar("Double", 0.1, 0.1),
        Array("Double.array", [1e-300, -2.5], MxVariant.OfElements(1e-300, -2.5)),
        Text("String", Odd, MxDataType.String),
        Array("String.array", ["", Odd], MxVariant.OfElements("", Odd)),
        Scalar("Time", s_time, s_time),
        Array("Time.array", [s_time, s_first], MxVariant.OfElements(s_time, s_first)),
        Scalar("ElapsedTime", s_long, s_long),
        Array("ElapsedTime.array", [s_long, s_back], MxVariant.OfElements(s_long, s_back)),
        Text("ReferenceType", "Tank_001.Level", MxDataType.ReferenceType),
        Array("ReferenceType.array", ["Tank_001.Level", "Me.PV"], MxVariant.OfElements("Tank_001.Level", "Me.PV").As(MxDataType.ReferenceType), isUsual: false),
        Scalar("StatusType", MxStatusCategory.OperationalError, Number((int)MxStatusCategory.OperationalError, MxDataType.StatusType)),
        Array("StatusType.array", [MxStatusCategory.Ok, MxStatusCategory.Unknown], Numbers(MxDataType.StatusType, (int)MxStatusCategory.Ok, (int)MxStatusCategory.Unknown)),
        Scalar("DataTypeEnum", MxDataType.Float, Number(3, MxDataType.DataTypeEnum)),
        Array("DataTypeEnum.array", [MxDataType.Unknown, MxDataType.BigString], Numbers(MxDataType.DataTypeEnum, -1, 16)),
        Scalar("SecurityClassificationEnum", MxSecurityClassification.Tune, Number(4, MxDataType.SecurityClassificationEnum)),
        Array(
            "SecurityClassificationEnum.array", [MxSecurityClassification.FreeAccess, MxSecurityClassification.ViewOnly],
            Numbers(MxDataType.SecurityClassificationEnum, 0, 6)),
        Scalar("DataQualityType", MxQuality.Good, Number(192, MxDataType.DataQualityType)),
        Array("DataQualityType.array", [MxQuality.Good, new MxQuality(24)], Numbers(MxDataType.DataQualityType, 192, 24)),
        Scalar("QualifiedEnum", new MxQualifiedEnum("Auto"), ((MxVariant)"Auto").As(MxDataType.QualifiedEnum)),
        Scalar("QualifiedEnum.ordinal", new MxQualifiedEnum(2), Number(2, MxDataType.QualifiedEnum)),
        Array("QualifiedEnum.array", [new("Auto"), new MxQualifiedEnum("Manual")], MxVariant.OfElements("Auto", "Manual").As(MxDataType.QualifiedEnum)),
        Text("InternationalizedString", "Füllstand", MxDataType.InternationalizedString),
        Array("InternationalizedString.array", ["Füllstand", "液位"], MxVariant.OfElements("Füllstand", "液位").As(MxDataType.InternationalizedString), isUsual: false),
        Text("BigString", new string('x', 300), MxDataType.BigString),
        Array("BigString.array", ["", new string('x', 300)], MxVariant.OfElements("", new string('x', 300)).As(MxDataType.BigString), isUsual: false),
        Unwritten<MxVariant>("Unknown", 9_007_199_254_740_993L, new() { DataType = Proto.MxDataType.Unknown, VariantType = "VT_I8", Int64Value = 9_007_199_254_740_993L }),
        Unwritten<MxVariant>("Unknown.array", MxVariant.OfElements(0.5, 1.5), new()
        {
            DataType = Proto.MxDataType.Unknown,
            VariantType = "VT_ARRAY|VT_R8",
            ArrayValue = new() { ElementDataType = Proto.MxDataType.Unknown, Dimensions = { 2 }, DoubleValues = new() { Values = { 0.5, 1.5 } } },
        }),
        Unwritten<MxVariant>("NoData", null, new() { DataType = Proto.MxDataType.NoData, VariantType = "VT_EMPTY", IsNull = true }),
        Unwritten<ReadOnlyMemory<byte>>("QualifiedStruct", new byte[] { 0, 1, 254, 255 }, new()
        {
            DataType = Proto.MxDataType.QualifiedStruct,
            VariantType = "VT_RECORD",
            RawDataType = 36,
            RawDiagnostic = "raw bytes of a structure",
            RawValue = ByteString.CopyFrom(0, 1, 254, 255),
        }),
        UnwrittenArray<ReadOnlyMemory<byte>>("QualifiedStruct.array", [new byte[] { 1 }, System.Array.Empty<byte>()], new()
        {
            DataType = Proto.MxDataType.QualifiedStruct,
            VariantType = "VT_ARRAY|VT_RECORD",
            ArrayValue = new()
            {
                ElementDataType = Proto.MxDataType.QualifiedStruct,
                Dimensions = { 2 },
                RawValues = new() { Values = { ByteString.CopyFrom(1), ByteString.Empty } },
            },
        }),
    ];

    public static TheoryData<string> Files => [.. s_values.Select(value => value.File)];

    public static TheoryData<string> Written => [.. s_values.Where(value => value.Write is not null).Select(value => value.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_a_session_sends_is_the_file(string file)
    {
        GoldenValue value = s_values.Single(value => value.File == file);
        if (value.Message is { } message)
        {
            GoldenFile.Verify($"values/{file}", message); // nothing that is written: the gateway alone sends it
            return;
        }

        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using var client = new MxGatewayClient(gateway.Options);
        await client.TakeUpSession("session-1").WriteAsync(5, 9, value.Sent!.Value);
        GoldenFile.Verify($"values/{file}", Assert.Single(gateway.Commands).Write.Value);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task What_an_attribute_sends_is_the_file(string file)
    {
        GoldenValue value = s_values.Single(value => value.File == file);
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        await using GoldenPlant plant = await GoldenPlant.ConnectAsync(gateway.Options);
        Task write = value.Write!(plant.Tank);

        // MXAccess: a write goes to an item that has had its first data change, and is confirmed by the event of its own.
        MxEvent first = ScriptedGateway.Change(1, 101, 0);
        first.Value = GoldenFile.Read<MxValue>($"values/{file}");
        await Retry.Until("the attribute is advised", () => gateway.Calls.Contains("SubscribeBulk"));
        gateway.Send(first);
        await Retry.Until("the write is here", () => gateway.Calls.Contains("Write"));
        gateway.Send(ScriptedGateway.Complete(2, 101));
        await write;
        Assert.Equal(GoldenFile.Read<MxValue>($"values/{file}"), gateway.Commands.Single(command => command.Kind == MxCommandKind.Write).Write.Value);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_an_attribute_reads_of_the_file_is_the_value(string file)
    {
        GoldenValue value = s_values.Single(value => value.File == file);
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult(command.Kind != MxCommandKind.ReadBulk ? null : new MxCommandReply
        {
            Kind = MxCommandKind.ReadBulk,
            ReadBulk = new()
            {
                Results =
                {
                    new BulkReadResult
                    {
                        TagAddress = command.ReadBulk.TagAddresses.Single(), WasSuccessful = true, Quality = 192, Value = GoldenFile.Read<MxValue>($"values/{file}"), SourceTimestamp = new(),
                    },
                },
            },
        });
        await using GoldenPlant plant = await GoldenPlant.ConnectAsync(gateway.Options);
        Assert.Equal(value.Expected, await value.Read(plant.Tank));
    }

    [Fact]
    public void A_sparse_array_names_the_elements_that_it_has_and_counts_them_from_0() =>
        GoldenFile.Verify("values/Float.sparse", new MxValue
        {
            DataType = Proto.MxDataType.Float,
            SparseArrayValue = new()
            {
                ElementDataType = Proto.MxDataType.Float,
                TotalLength = 5,
                Elements =
                {
                    new MxSparseElement { Index = 0, Value = new() { DataType = Proto.MxDataType.Float, VariantType = "VT_R4", FloatValue = 1.5f } },
                    new MxSparseElement { Index = 4, Value = new() { DataType = Proto.MxDataType.Float, VariantType = "VT_R4", FloatValue = -1.5f } },
                },
            },
        });

    [Fact]
    public void Each_data_type_has_its_files_and_no_file_is_without_a_test()
    {
        IEnumerable<string> types = Enum.GetNames<MxDataType>().SelectMany(type => type == nameof(MxDataType.NoData) ? [type] : new[] { type, $"{type}.array" });
        string[] files = GoldenFile.Names("values");
        Assert.All(types, type => Assert.Contains(type, files));
        Assert.Equal(s_values.Select(value => value.File).Append("Float.sparse").Order(StringComparer.Ordinal), files);
        Assert.All(
            Enum.GetValues<Proto.MxDataType>().Where(type => type != Proto.MxDataType.Unspecified),
            type => Assert.Equal(type, GoldenFile.Read<MxValue>($"values/{type}").DataType));
    }

    private static MxVariant Number(int number, MxDataType type) => ((MxVariant)number).As(type);

    private static MxVariant Numbers(MxDataType type, params int[] numbers) => MxVariant.OfElements<int>(numbers).As(type);
}
