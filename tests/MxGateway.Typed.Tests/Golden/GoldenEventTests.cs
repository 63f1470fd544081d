using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Tests;

/// <summary>The events of <c>tests/Golden</c>, one of each family: what the runtime makes of the file is as the README there says.</summary>
public sealed class GoldenEventTests
{
    private static readonly DateTimeOffset s_time = new(2026, 11, 2, 6, 15, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, (MxEvent Message, Action<MxSessionEvent> Check)> s_events = new()
    {
        ["OnDataChange"] = (
            Event(MxEventFamily.OnDataChange, 9, e =>
            {
                e.Value = new() { DataType = Proto.MxDataType.Float, VariantType = "VT_R4", FloatValue = 1.5f };
                (e.Quality, e.SourceTimestamp) = (192, s_time.ToTimestamp());
                e.Statuses.Add(Ok());
                e.OnDataChange = new();
            }),
            e =>
            {
                MxDataChange change = Assert.IsType<MxDataChange>(e);
                Assert.Equal((1.5f, MxDataType.Float, MxQuality.Good, s_time), (change.Value, change.Value.DataType, change.Quality, change.SourceTimestamp));
                Assert.Equal((9UL, 5, 8), (change.Sequence, change.ServerHandle, change.ItemHandle));
                Assert.Equal(s_time.AddMilliseconds(1), change.WorkerTimestamp);
                Assert.True(Assert.Single(change.Statuses).IsOk);
            }),
        ["OnDataChange.bad"] = (
            Event(MxEventFamily.OnDataChange, 10, e =>
            {
                e.Value = new() { DataType = Proto.MxDataType.NoData, VariantType = "VT_EMPTY", IsNull = true };
                e.Quality = 4;
                e.Statuses.Add(new MxStatusProxy { Category = Proto.MxStatusCategory.ConfigurationError, DetectedBy = Proto.MxStatusSource.RequestingLmx, DiagnosticText = "no such attribute" });
                e.OnDataChange = new();
            }),
            e =>
            {
                MxDataChange change = Assert.IsType<MxDataChange>(e);
                Assert.Equal((true, new MxQuality(4), null), (change.Value.IsNull, change.Quality, change.SourceTimestamp));
                Assert.Equal([new MxStatus(MxStatusCategory.ConfigurationError, MxStatusSource.RequestingLmx, 0, "no such attribute")], change.Statuses);
            }),
        ["OnWriteComplete"] = (
            Event(MxEventFamily.OnWriteComplete, 11, e =>
            {
                e.Hresult = 0;
                e.Statuses.Add(Ok());
                e.OnWriteComplete = new();
            }),
            e => Assert.True(Assert.IsType<MxWriteComplete>(e).IsConfirmed)),
        ["OnWriteComplete.rejected"] = (
            Event(MxEventFamily.OnWriteComplete, 12, e =>
            {
                e.Hresult = unchecked((int)0x80070057);
                e.Statuses.Add(new MxStatusProxy
                {
                    Category = Proto.MxStatusCategory.SecurityError, DetectedBy = Proto.MxStatusSource.RespondingAutomationObject, Detail = 1012, DiagnosticText = "no permission",
                });
                e.OnWriteComplete = new();
            }),
            e =>
            {
                MxWriteComplete rejected = Assert.IsType<MxWriteComplete>(e);
                Assert.Equal((true, false, unchecked((int)0x80070057)), (rejected.IsRejected, rejected.IsConfirmed, rejected.HResult));
                Assert.Equal(1012, Assert.Single(rejected.Statuses).Detail);
            }),
        ["OperationComplete"] = (
            Event(MxEventFamily.OperationComplete, 13, e =>
            {
                e.Hresult = 0;
                e.Statuses.Add(Ok());
                e.OperationComplete = new();
            }),
            e => Assert.Equal(0, Assert.IsType<MxOperationComplete>(e).HResult)),
        ["OnBufferedDataChange"] = (
            Event(MxEventFamily.OnBufferedDataChange, 14, e =>
            {
                e.Value = new()
                {
                    DataType = Proto.MxDataType.Integer,
                    VariantType = "VT_ARRAY|VT_I4",
                    ArrayValue = new() { ElementDataType = Proto.MxDataType.Integer, Dimensions = { 2 }, Int32Values = new() { Values = { 7, 8 } } },
                };
                e.OnBufferedDataChange = new()
                {
                    DataType = Proto.MxDataType.Integer, Qualities = { 192, 24 }, Timestamps = { s_time.ToTimestamp(), s_time.AddSeconds(1).ToTimestamp() },
                };
            }),
            e => Assert.Equal(
                [new(7, MxQuality.Good, s_time), new(8, new MxQuality(24), s_time.AddSeconds(1))], Assert.IsType<MxBufferedDataChange>(e).Samples)),
        ["OnAlarmTransition"] = (
            Event(MxEventFamily.OnAlarmTransition, 15, _ => { }), e => Assert.Equal((int)MxEventFamily.OnAlarmTransition, Assert.IsType<MxOtherEvent>(e).Family)),
        ["Unspecified"] = (
            new MxEvent { SessionId = "session-1", ReplayGap = new() { RequestedAfterSequence = 3, OldestAvailableSequence = 9 } },
            e =>
            {
                MxReplayGap gap = Assert.IsType<MxReplayGap>(e);
                Assert.Equal((0UL, 3UL, 9UL), (gap.Sequence, gap.RequestedAfterSequence, gap.OldestAvailableSequence));
            }),
    };

    public static TheoryData<string> Files => [.. s_events.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_a_session_makes_of_the_file_is_the_event(string file)
    {
        GoldenFile.Verify($"events/{file}", s_events[file].Message);
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Send(GoldenFile.Read<MxEvent>($"events/{file}"));
        gateway.EndStream(GrpcStatusCode.OK);
        await using var client = new MxGatewayClient(gateway.Options);
        var events = new List<MxSessionEvent>();
        await foreach (MxSessionEvent e in client.TakeUpSession("session-1").StreamEventsAsync())
            events.Add(e);
        s_events[file].Check(Assert.Single(events));
    }

    [Fact]
    public void Each_family_has_its_file_and_no_file_is_without_a_test()
    {
        string[] files = GoldenFile.Names("events");
        Assert.All(System.Enum.GetValues<MxEventFamily>(), family => Assert.Equal(family, GoldenFile.Read<MxEvent>($"events/{family}").Family));
        Assert.Equal(s_events.Keys.Order(StringComparer.Ordinal), files);
    }

    private static MxEvent Event(MxEventFamily family, ulong sequence, Action<MxEvent> fill)
    {
        var e = new MxEvent
        {
            Family = family,
            SessionId = "session-1",
            ServerHandle = 5,
            ItemHandle = 8,
            WorkerSequence = sequence,
            WorkerTimestamp = s_time.AddMilliseconds(1).ToTimestamp(),
            GatewayReceiveTimestamp = s_time.AddMilliseconds(2).ToTimestamp(),
        };
        fill(e);
        return e;
    }

    private static MxStatusProxy Ok() => new() { Success = -1, Category = Proto.MxStatusCategory.Ok, DetectedBy = Proto.MxStatusSource.RespondingAutomationObject, RawDetectedBy = 5 };
}
