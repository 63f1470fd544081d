using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Snapshot;
using static MxGateway.Typed.Simulator.Tests.TestWrites;

namespace MxGateway.Typed.Simulator.Tests;

public class WriteTests
{
    private const string KeyWithUsers = """
        {"keys": [{"key": "mxgw_all_planted5ecret", "scopes": ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read"]}],
         "users": [{"name": "Anna", "password": "a-planted5ecret"}, {"name": "Bert", "password": "b-planted5ecret"}]}
        """;

    [Fact]
    public async Task A_write_is_completed_and_the_new_value_reaches_every_session_that_advises_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession writer = await gateway.OpenAsync(), reader = await gateway.OpenAsync();
        await using TestEvents written = await writer.StreamAsync(), seen = await reader.StreamAsync();
        int item = await AdvisedAsync(writer, written, TestPlant.Setpoint, await writer.RegisterAsync());
        await AdvisedAsync(reader, seen, TestPlant.Setpoint, await reader.RegisterAsync());

        await writer.OkAsync(TestSession.Write(1, item, new MxValue { FloatValue = 42.5f }));
        MxEvent complete = await written.NextAsync(MxEventFamily.OnWriteComplete);
        Assert.Equal((1, item, MxEvent.BodyOneofCase.OnWriteComplete), (complete.ServerHandle, complete.ItemHandle, complete.BodyCase));
        Assert.Equal(MxStatusCategory.Ok, Assert.Single(complete.Statuses).Category);
        Assert.Equal(42.5f, (await written.NextAsync(MxEventFamily.OnDataChange)).Value.FloatValue);
        Assert.Equal(42.5f, (await seen.NextAsync(MxEventFamily.OnDataChange)).Value.FloatValue);
        Assert.Equal(42.5f, (await reader.ReadAsync(1, TestPlant.Setpoint)).Results[0].Value.FloatValue);
    }

    [Fact]
    public async Task A_write_before_the_first_data_change_is_rejected()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync(), item = await session.AddItemAsync(server, TestPlant.Setpoint);
        MxCommandReply reply = await session.InvokeAsync(TestSession.Write(server, item, new MxValue { FloatValue = 1 }));
        Assert.Equal((ProtocolStatusCode.MxaccessFailure, unchecked((int)0x80070057)), (reply.ProtocolStatus.Code, reply.Hresult));
    }

    [Fact]
    public async Task A_write_stays_possible_after_the_advise_has_ended()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Setpoint, await session.RegisterAsync());
        await session.OkAsync(TestSession.UnAdvise(1, item));
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, item, new MxValue { FloatValue = 7 }));
    }

    public static TheoryData<string, MxValue, MxStatusCategory> Types()
    {
        var time = Timestamp.FromDateTimeOffset(TestPlant.DeployTime);
        return new()
        {
            { "Running", new MxValue { BoolValue = true }, MxStatusCategory.Ok },
            { "Running", new MxValue { Int32Value = 1 }, MxStatusCategory.OperationalError },
            { "Count", new MxValue { Int32Value = 1 }, MxStatusCategory.Ok },
            { "Count", new MxValue { Int64Value = 1 }, MxStatusCategory.OperationalError },
            { "Count", new MxValue { FloatValue = 1 }, MxStatusCategory.OperationalError },
            { "Level", new MxValue { FloatValue = 1 }, MxStatusCategory.Ok },
            { "Level", new MxValue { Int32Value = 1 }, MxStatusCategory.Ok },
            { "Level", new MxValue { Int32Value = 16_777_216 }, MxStatusCategory.Ok },
            { "Level", new MxValue { Int32Value = 16_777_217 }, MxStatusCategory.OperationalError },
            { "Level", new MxValue { Int32Value = int.MaxValue }, MxStatusCategory.OperationalError },
            { "Level", new MxValue { Int32Value = int.MinValue }, MxStatusCategory.Ok },
            { "Level", new MxValue { DoubleValue = 1 }, MxStatusCategory.OperationalError },
            { "Level", new MxValue { StringValue = "1" }, MxStatusCategory.OperationalError },
            { "Level", new MxValue { IsNull = true, FloatValue = 1 }, MxStatusCategory.OperationalError },
            { "Level", new MxValue(), MxStatusCategory.OperationalError },
            { "Weight", new MxValue { DoubleValue = 1 }, MxStatusCategory.Ok },
            { "Weight", new MxValue { FloatValue = 1 }, MxStatusCategory.Ok },
            { "Weight", new MxValue { Int32Value = 16_777_217 }, MxStatusCategory.Ok },
            { "Recipe", new MxValue { StringValue = "x" }, MxStatusCategory.Ok },
            { "Recipe", new MxValue { Int32Value = 1 }, MxStatusCategory.OperationalError },
            { "Started", new MxValue { TimestampValue = time }, MxStatusCategory.Ok },
            { "Started", new MxValue { TimestampValue = new Timestamp { Nanos = -1 } }, MxStatusCategory.OperationalError },
            { "RunTime", new MxValue { Int64Value = 1 }, MxStatusCategory.Ok },
            { "Target", new MxValue { StringValue = "Valve_017" }, MxStatusCategory.Ok },
            { "Mode", new MxValue { StringValue = "Running" }, MxStatusCategory.Ok },
            { "Mode", new MxValue { Int32Value = 2 }, MxStatusCategory.Ok },
            { "Blob", new MxValue { RawValue = ByteString.CopyFrom(1) }, MxStatusCategory.OperationalError },
            { "Odd", new MxValue { Int32Value = 1 }, MxStatusCategory.OperationalError },
            { "Profile[]", new MxValue { FloatValue = 1 }, MxStatusCategory.OperationalError },
            { "Profile[]", new MxValue { ArrayValue = new MxArray { Int32Values = new Int32Array { Values = { 1 } } } }, MxStatusCategory.OperationalError },
            { "Level", new MxValue { ArrayValue = new MxArray { FloatValues = new FloatArray { Values = { 1 } } } }, MxStatusCategory.OperationalError },
            { "Profile[]", new MxValue { SparseArrayValue = new MxSparseArray { TotalLength = 4 } }, MxStatusCategory.Ok },
            { "Level", new MxValue { SparseArrayValue = new MxSparseArray { TotalLength = 1 } }, MxStatusCategory.OperationalError },
            { "Frozen", new MxValue { FloatValue = 1 }, MxStatusCategory.SecurityError },
            { "Computed", new MxValue { FloatValue = 1 }, MxStatusCategory.SecurityError },
            { "Supervised", new MxValue { FloatValue = 1 }, MxStatusCategory.SecurityError },
            { "Level.HiHi.Limit", new MxValue { FloatValue = 1 }, MxStatusCategory.Ok },
        };
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_write_is_judged_by_the_attribute(string attribute, MxValue value, MxStatusCategory expected)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, $"Tank_001.{attribute}", await session.RegisterAsync());
        MxValue before = (await session.ReadAsync(1, $"Tank_001.{attribute}")).Results[0].Value;
        Assert.Equal((expected, 0), await OutcomeAsync(session, events, item, value));
        MxValue after = (await session.ReadAsync(1, $"Tank_001.{attribute}")).Results[0].Value;
        if (expected == MxStatusCategory.Ok)
            Assert.Equal((before.DataType, before.VariantType), (after.DataType, after.VariantType));
        else
            Assert.Equal(before, after);
    }

    [Fact]
    public async Task Writing_a_whole_array_resizes_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Profile, await session.RegisterAsync());
        Assert.Equal(6, (await session.ReadAsync(1, TestPlant.Profile)).Results[0].Value.ArrayValue.FloatValues.Values.Count);
        await OutcomeAsync(session, events, item, new MxValue { ArrayValue = new MxArray { FloatValues = new FloatArray { Values = { 1, 2 } } } });
        MxArray array = (await events.NextAsync(MxEventFamily.OnDataChange)).Value.ArrayValue;
        Assert.Equal([1f, 2f], array.FloatValues.Values);
        Assert.Equal([2u], array.Dimensions);
        Assert.Equal(MxDataType.Float, array.ElementDataType);
    }

    [Fact]
    public async Task A_write_to_a_wrong_reference_completes_with_a_configuration_error()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, "Nobody.Level", await session.RegisterAsync());
        Assert.Equal((MxStatusCategory.ConfigurationError, 0), await OutcomeAsync(session, events, item, new MxValue { FloatValue = 1 }));
    }

    [Fact]
    public async Task Writing_the_value_that_is_there_completes_and_brings_no_data_change()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Count, await session.RegisterAsync());
        await OutcomeAsync(session, events, item, new MxValue { Int32Value = -3 });
        await events.NextAsync(MxEventFamily.OnDataChange);
        await OutcomeAsync(session, events, item, new MxValue { Int32Value = -3 });

        // The next event is the next write's, so nothing came between.
        await OutcomeAsync(session, events, item, new MxValue { Int32Value = -4 });
    }

    [Fact]
    public async Task A_supervisory_advise_writes_what_only_a_supervisory_client_may()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), item = await session.AddItemAsync(server, "Tank_001.Supervised");
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.AdviseSupervisory, AdviseSupervisory = new AdviseSupervisoryCommand { ServerHandle = server, ItemHandle = item } });
        await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, item, new MxValue { FloatValue = 1 }));
    }

    [Fact]
    public async Task Secured_and_verified_attributes_name_the_write_that_they_need()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        int signed = await AdvisedAsync(session, events, "Tank_001.Signed", server), verified = await AdvisedAsync(session, events, "Tank_001.Verified", server);
        Assert.Equal((MxStatusCategory.SecurityError, 1012), await OutcomeAsync(session, events, signed, new MxValue { BoolValue = true }));
        Assert.Equal((MxStatusCategory.SecurityError, 1013), await OutcomeAsync(session, events, verified, new MxValue { BoolValue = true }));
        Assert.Equal((MxStatusCategory.SecurityError, 1012), await OutcomeAsync(session, events, TestSession.WriteSecured(server, signed, new MxValue { BoolValue = true }, 1, 1)));

        // Galaxy security is off: any credentials give user 1, who then operates and verifies.
        Assert.Equal(1, await session.AuthenticateAsync(server, "anybody", "anything"));
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, TestSession.WriteSecured(server, signed, Other(await session.ReadAsync(server, "Tank_001.Signed")), 1, 1)));
        await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, TestSession.WriteSecured(server, verified, Other(await session.ReadAsync(server, "Tank_001.Verified")), 1, 1)));
        await events.NextAsync(MxEventFamily.OnDataChange);
    }

    [Fact]
    public async Task With_security_on_users_sign_and_a_verifier_is_another_user()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { Keys = TestGateway.Keys(KeyWithUsers), ChangingPerSecond = 0 }, key: "mxgw_all_planted5ecret");
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync();
        Assert.Equal(ProtocolStatusCode.MxaccessFailure, (await session.InvokeAsync(TestSession.Authenticate(server, "Anna", "b-planted5ecret"))).ProtocolStatus.Code);
        int anna = await session.AuthenticateAsync(server, "Anna", "a-planted5ecret"), bert = await session.AuthenticateAsync(server, "bert", "b-planted5ecret");
        Assert.NotEqual(anna, bert);
        Assert.Equal(anna, await session.AuthenticateAsync(server, "ANNA", "a-planted5ecret"));

        int signed = await AdvisedAsync(session, events, "Tank_001.Signed", server), verified = await AdvisedAsync(session, events, "Tank_001.Verified", server);
        var value = new MxValue { BoolValue = true };
        Assert.Equal((MxStatusCategory.SecurityError, 1013), await OutcomeAsync(session, events, TestSession.WriteSecured(server, verified, value, anna, anna)));
        Assert.Equal((MxStatusCategory.SecurityError, 1013), await OutcomeAsync(session, events, TestSession.WriteSecured(server, verified, value, anna, 99)));
        Assert.Equal((MxStatusCategory.SecurityError, 1012), await OutcomeAsync(session, events, TestSession.WriteSecured(server, signed, value, 99, anna)));
        Assert.Equal((MxStatusCategory.SecurityError, 1012), await OutcomeAsync(session, events, TestSession.WriteSecured(server, signed, value, anna, 99)));
        Assert.Equal((MxStatusCategory.SecurityError, 1012), await OutcomeAsync(session, events, TestSession.WriteSecured(server, signed, value, anna, 0)));
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, TestSession.WriteSecured(server, signed, Other(await session.ReadAsync(server, "Tank_001.Signed")), anna, anna)));
        await events.NextAsync(MxEventFamily.OnDataChange);
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, TestSession.WriteSecured(server, verified, Other(await session.ReadAsync(server, "Tank_001.Verified")), anna, bert)));
        await events.NextAsync(MxEventFamily.OnDataChange);

        // A plain write to what is not free needs a user as well; a secured write to it needs both.
        int setpoint = await AdvisedAsync(session, events, TestPlant.Setpoint, server);
        Assert.Equal((MxStatusCategory.SecurityError, 1012), await OutcomeAsync(session, events, TestSession.WriteSecured(server, setpoint, new MxValue { FloatValue = 1 }, anna, 99)));
        Assert.Equal((MxStatusCategory.SecurityError, 0), await OutcomeAsync(session, events, TestSession.Write(server, setpoint, new MxValue { FloatValue = 1 })));
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, TestSession.Write(server, setpoint, new MxValue { FloatValue = 1 }, anna)));

        // User ids belong to their server handle.
        int other = await session.RegisterAsync();
        await events.NextAsync(MxEventFamily.OnDataChange);
        int foreign = await AdvisedAsync(session, events, TestPlant.Setpoint, other);
        Assert.Equal((MxStatusCategory.SecurityError, 0), await OutcomeAsync(session, events, TestSession.Write(other, foreign, new MxValue { FloatValue = 2 }, anna)));
    }

    [Theory]
    [InlineData(4, true, false)]
    [InlineData(5, false, true)]
    [InlineData(6, true, true)]
    [InlineData(7, true, false)]
    [InlineData(8, true, true)]
    [InlineData(9, true, false)]
    [InlineData(10, true, true)]
    [InlineData(11, false, false)]
    [InlineData(99, false, false)]
    public async Task With_security_on_a_category_says_whether_users_or_supervisory_clients_write_it(int category, bool byUser, bool bySupervisory)
    {
        GalaxySnapshot snapshot = TestPlant.Build([TestPlant.Object(1, "T", chain: ["$T"], attributes: [TestPlant.Attribute("T", "A", 3, security: 1, category: category)])]);
        await using TestGateway gateway = await TestGateway.StartAsync(new GatewaySimulatorOptions { Keys = TestGateway.Keys(KeyWithUsers), ChangingPerSecond = 0 }, snapshot, "mxgw_all_planted5ecret");
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), anna = await session.AuthenticateAsync(server, "Anna", "a-planted5ecret");
        int plain = await AdvisedAsync(session, events, "T.A", server), supervisory = await session.AddItemAsync(server, "T.A");
        await session.OkAsync(new MxCommand { Kind = MxCommandKind.AdviseSupervisory, AdviseSupervisory = new AdviseSupervisoryCommand { ServerHandle = server, ItemHandle = supervisory } });
        await events.NextAsync(MxEventFamily.OnDataChange);

        // The value that is there already: no data change comes between.
        MxValue value = (await session.ReadAsync(server, "T.A")).Results[0].Value;
        Assert.Equal(byUser, await IsTakenAsync(plain, anna));
        Assert.Equal(bySupervisory, await IsTakenAsync(supervisory, 0));
        Assert.Equal(byUser || bySupervisory, await IsTakenAsync(supervisory, anna));
        Assert.False(await IsTakenAsync(plain, 0));

        async Task<bool> IsTakenAsync(int item, int user) =>
            (await OutcomeAsync(session, events, TestSession.Write(server, item, value, user))).Category == MxStatusCategory.Ok;
    }

    [Fact]
    public async Task A_value_that_no_event_could_carry_is_refused_and_the_stream_lives_on()
    {
        const int Limit = 16 * 1024 * 1024;
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int item = await AdvisedAsync(session, events, TestPlant.Recipe, await session.RegisterAsync());
        Assert.Equal((MxStatusCategory.OperationalError, 0), await OutcomeAsync(session, events, item, new MxValue { StringValue = new string('x', Limit - 200) }));
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, item, new MxValue { StringValue = new string('x', Limit - 4_200) }));
        Assert.Equal(Limit - 4_200, (await events.NextAsync(MxEventFamily.OnDataChange)).Value.StringValue.Length);
        Assert.Equal(Limit - 4_200, (await session.ReadAsync(1, TestPlant.Recipe)).Results[0].Value.StringValue.Length);
    }

    private static MxValue Other(BulkReadReply read) => new() { BoolValue = !read.Results[0].Value.BoolValue };
}
