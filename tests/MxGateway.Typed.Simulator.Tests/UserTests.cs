using MxGateway.Contracts.Proto;
using static MxGateway.Typed.Simulator.Tests.TestWrites;

namespace MxGateway.Typed.Simulator.Tests;

public class UserTests
{
    private const string Anna = "6f9619ff-8b86-d011-b42d-00cf4fc964ff", Bert = "6f9619ff-8b86-d011-b42d-00cf4fc964f0";

    private const string KeyWithUsers = $$"""
        {"keys": [{"key": "mxgw_all_planted5ecret", "scopes": ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read"]}],
         "users": [{"name": "Anna", "password": "a-planted5ecret", "guid": "{{Anna}}"}, {"name": "Bert", "password": "b-planted5ecret", "guid": "{{Bert}}"}, {"name": "Carl", "password": "c-planted5ecret"}]}
        """;

    [Theory]
    [InlineData(Anna)]
    [InlineData("{6F9619FF-8B86-D011-B42D-00CF4FC964FF}")]
    [InlineData("6F9619FF8B86D011B42D00CF4FC964FF")]
    public async Task A_guid_in_any_of_its_forms_gives_the_id_that_the_password_gives(string guid)
    {
        await using TestGateway gateway = await StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        int bert = await session.AuthenticateAsync(server, "Bert", "b-planted5ecret");
        int anna = (await session.OkAsync(UserToId(server, guid))).ArchestraUserToId.UserId;
        Assert.NotEqual(bert, anna);
        Assert.Equal(anna, await session.AuthenticateAsync(server, "anna", "a-planted5ecret"));
    }

    [Fact]
    public async Task Users_who_were_found_by_guid_sign_a_verified_write()
    {
        await using TestGateway gateway = await StartAsync();
        TestSession session = await gateway.OpenAsync();
        await using TestEvents events = await session.StreamAsync();
        int server = await session.RegisterAsync(), item = await AdvisedAsync(session, events, "Tank_001.Verified", server);
        int anna = (await session.OkAsync(UserToId(server, Anna))).ArchestraUserToId.UserId, bert = (await session.OkAsync(UserToId(server, Bert))).ArchestraUserToId.UserId;
        MxValue value = (await session.ReadAsync(server, "Tank_001.Verified")).Results[0].Value;
        Assert.Equal((MxStatusCategory.Ok, 0), await OutcomeAsync(session, events, TestSession.WriteSecured(server, item, value, anna, bert)));
    }

    [Theory]
    [InlineData("6f9619ff-8b86-d011-b42d-00cf4fc964f9", "no user with the GUID")]
    [InlineData("00000000-0000-0000-0000-000000000000", "no user with the GUID")]
    [InlineData("Anna", "is no GUID")]
    [InlineData("", "is no GUID")]
    public async Task A_guid_of_nobody_is_rejected(string guid, string expected)
    {
        await using TestGateway gateway = await StartAsync();
        TestSession session = await gateway.OpenAsync();
        MxCommandReply reply = await session.InvokeAsync(UserToId(await session.RegisterAsync(), guid));
        Assert.Equal((ProtocolStatusCode.MxaccessFailure, true), (reply.ProtocolStatus.Code, reply.HasHresult));
        Assert.Contains(expected, reply.ProtocolStatus.Message, StringComparison.Ordinal);
        Assert.Null(reply.ArchestraUserToId);
    }

    [Fact]
    public async Task With_security_off_every_guid_gives_user_1()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        TestSession session = await gateway.OpenAsync();
        int server = await session.RegisterAsync();
        Assert.Equal(1, (await session.OkAsync(UserToId(server, Anna))).ArchestraUserToId.UserId);
        Assert.Equal(1, (await session.OkAsync(UserToId(server, Bert))).ArchestraUserToId.UserId);
        Assert.Equal(ProtocolStatusCode.MxaccessFailure, (await session.InvokeAsync(UserToId(server + 1, Anna))).ProtocolStatus.Code);
    }

    [Fact]
    public void Two_users_do_not_share_a_guid()
    {
        string json = KeyWithUsers.Replace(Bert, $"{{{Anna.ToUpperInvariant()}}}", StringComparison.Ordinal);
        SimulatorKeysException exception = Assert.Throws<SimulatorKeysException>(() => TestGateway.Keys(json));
        Assert.Equal("the users \"Anna\" and \"Bert\" have one GUID", exception.Message);
    }

    private static Task<TestGateway> StartAsync() => TestGateway.StartAsync(new GatewaySimulatorOptions { Keys = TestGateway.Keys(KeyWithUsers), ChangingPerSecond = 0 }, key: "mxgw_all_planted5ecret");

    private static MxCommand UserToId(int server, string guid) =>
        new() { Kind = MxCommandKind.ArchestraUserToId, ArchestraUserToId = new ArchestrAUserToIdCommand { ServerHandle = server, UserGuid = guid } };
}
