using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Tests.RepeatedKey;

namespace MxGateway.Typed.Tests;

/// <summary>A gateway, or a proxy before it, that repeats the API key in its own words: whatever it says is left out, and the key is nowhere.</summary>
public sealed class RepeatedKeyTests
{
    private const int Before = 170;

    private static readonly Dictionary<string, Action<HttpResponse>> s_failures = new()
    {
        ["message"] = response => Fail(response, $"no scope for {Key}"),
        ["message, encoded"] = response => Fail(response, Encoded(Key)),
        ["message, encoded twice"] = response => Fail(response, Encoded(Encoded(Key))),
        ["message, in upper case"] = response => Fail(response, $"no scope for {Key.ToUpperInvariant()}"),
        ["message, without the id"] = response => Fail(response, $"{Secret} is no secret of key 7f3a"),
        ["status"] = response => response.Headers["grpc-status"] = Key,
        ["header"] = response =>
        {
            Fail(response, "no scope");
            response.Headers["x-seen"] = $"Bearer {Key}";
        },
        ["header, encoded"] = response =>
        {
            Fail(response, "no scope");
            response.Headers["x-seen"] = Encoded(Key);
        },
        ["details"] = response =>
        {
            Fail(response, "no scope");
            response.Headers["grpc-status-details-bin"] = Base64($"\u0001ä{Key}\u0002");
        },
        ["second details"] = response =>
        {
            Fail(response, "no scope");
            response.Headers["grpc-status-details-bin"] = $"{Base64("a")}, {Base64($"b{Key}")}";
        },
        ["login page"] = response => Redirect(response, $"http://proxy/{new string('a', Before)}{Key}"),
        ["content type"] = response =>
        {
            response.StatusCode = 500;
            response.ContentType = $"text/{new string('a', Before)}{Key}";
        },
    };

    private static readonly Dictionary<string, Func<MxGatewayOptions, Task>> s_calls = new()
    {
        ["connecting"] = async options => await (await MxGatewayConnection.ConnectAsync(options)).DisposeAsync(),
        ["opening a session"] = options => Using(options, client => client.OpenSessionAsync()),
        ["opening a session, raw"] = options => Using(options, client => client.OpenSessionRawAsync(new())),
        ["closing a session"] = options => Using(options, client => client.TakeUpSession("s").CloseAsync()),
        ["closing a session, raw"] = options => Using(options, client => client.CloseSessionRawAsync(new())),
        ["a command"] = options => Using(options, client => client.TakeUpSession("s").PingAsync()),
        ["a command, raw"] = options => Using(options, client => client.InvokeRawAsync(new() { Command = new() { Ping = new() } })),
        ["events"] = options => Using(options, client => client.TakeUpSession("s").AttachEventsAsync()),
        ["events, raw"] = options => Using(options, async client => await client.StreamEventsRawAsync(new()).FirstAsync()),
        ["the repository"] = options => Using(options, (GalaxyRepositoryClient client) => client.GetLastDeployTimeAsync()),
        ["the hierarchy"] = options => Using(options, (GalaxyRepositoryClient client) => client.DiscoverHierarchyAsync()),
        ["the children, raw"] = options => Using(options, async client => await client.BrowseChildrenRawAsync(new BrowseChildrenRequest()).FirstAsync()),
        ["deploys"] = options => Using(options, async client => await client.WatchDeployEventsAsync().FirstAsync()),
    };

    public static TheoryData<string> Failures => [.. s_failures.Keys];

    public static TheoryData<string> Calls => [.. s_calls.Keys];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Wherever_a_failure_repeats_the_key_its_status_alone_is_left(string failure)
    {
        MxGatewayException said = await FailureAsync(s_failures[failure], s_calls["a command"]);
        AssertNotSaid(said);
        Assert.Contains(NotShown, said.Message);
        Assert.DoesNotContain(Assert.IsType<GrpcException>(said.InnerException).Trailers, entry => entry.Key != "grpc-status");
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Whichever_call_fails_does_not_say_the_key(string call)
    {
        MxGatewayException said = await FailureAsync(s_failures["message"], s_calls[call]);
        AssertNotSaid(said);
        Assert.IsType<MxAuthorizationException>(said);
        Assert.Contains(NotShown, said.Message);
    }

    [Fact]
    public async Task A_failure_that_does_not_repeat_it_is_told_in_full()
    {
        MxGatewayException said = await FailureAsync(
            response =>
            {
                Fail(response, "key 7f3a lacks 100%25 of session:open");
                response.Headers["x-log"] = "line 7";
                response.Headers["grpc-status-details-bin"] = Base64("a");
            },
            s_calls["a command"]);
        Assert.Contains("key 7f3a lacks 100% of session:open", said.Message);
        GrpcMetadata trailers = ((GrpcException)said.InnerException!).Trailers;
        Assert.Equal(("line 7", "a"), (trailers["x-log"], Encoding.UTF8.GetString(trailers.GetBinary("grpc-status-details-bin")!)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("session")]
    [InlineData("mxgw_a_")]
    public async Task A_key_too_short_to_be_secret_blots_out_nothing(string key)
    {
        MxGatewayException said = await FailureAsync(response => Fail(response, "a session has mxgw_a_ no more"), s_calls["a command"], key);
        Assert.Contains("a session has mxgw_a_ no more", said.Message);
    }

    [Theory]
    [InlineData("mxgw_7f3a_plant", "a plant of mxgw_7f3a_plant", NotShown)]
    [InlineData("mxgw_7f3a_plant", "no such plant", "no such plant")]
    public async Task A_short_secret_is_kept_with_the_whole_key(string key, string message, string shown)
    {
        MxGatewayException said = await FailureAsync(response => Fail(response, message), s_calls["a command"], key);
        Assert.Contains(shown, said.Message);
    }

    [Theory]
    [InlineData("mxgw_line_3_zq7-{0}", "zq7-{0} is no secret")]
    [InlineData("mxgw_line_3_zq7-{0}_5ecret", "zq7-{0}_5ecret is no secret")]
    [InlineData("mxgw_line_3_zq7_{0}", "zq7_{0} is no secret")]
    public async Task An_id_or_a_secret_may_have_an_underscore(string key, string message)
    {
        // The word is not in the test's name: no output may hold it.
        static string With(string text) => string.Format(CultureInfo.InvariantCulture, text, "planted5ecret");
        MxGatewayException said = await FailureAsync(response => Fail(response, With(message)), s_calls["a command"], With(key));
        Assert.Contains(NotShown, said.Message);
        Assert.DoesNotContain("5ecret", $"{said}");
    }

    [Fact]
    public async Task An_encoding_that_is_longer_than_any_is_not_shown_in_part()
    {
        // Of a text that is cut off nobody can tell whether it repeats the key.
        string key = $"{Key}-{new string('a', 50)}";
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            context.Response.Headers["grpc-encoding"] = key;
            return context.Response.Body.WriteAsync(new byte[] { 1, 0, 0, 0, 2, 8, 1 }).AsTask();
        });
        MxGatewayException said = await Assert.ThrowsAnyAsync<MxGatewayException>(() => s_calls["a command"](Options(server, key)));
        AssertNotSaid(said);
        Assert.Contains($"a name of {key.Length} characters", said.Message);
    }

    private static async Task<MxGatewayException> FailureAsync(Action<HttpResponse> fail, Func<MxGatewayOptions, Task> call, string key = Key)
    {
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            fail(context.Response);
            return Task.CompletedTask;
        });
        return await Assert.ThrowsAnyAsync<MxGatewayException>(() => call(Options(server, key)));
    }

    private static void Fail(HttpResponse response, string message)
    {
        response.Headers["grpc-status"] = ((int)GrpcStatusCode.PermissionDenied).ToString();
        response.Headers["grpc-message"] = message;
    }

    private static void Redirect(HttpResponse response, string location)
    {
        response.StatusCode = 302;
        response.ContentType = "text/html";
        response.Headers.Location = location;
    }

    private static string Encoded(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:x2}"));

    private static string Base64(string text) => GrpcMetadata.Binary("a-bin", Encoding.UTF8.GetBytes(text)).Value;

    private static async Task Using(MxGatewayOptions options, Func<MxGatewayClient, Task> call)
    {
        await using var client = new MxGatewayClient(options);
        await call(client);
    }

    private static async Task Using(MxGatewayOptions options, Func<GalaxyRepositoryClient, Task> call)
    {
        await using var client = new GalaxyRepositoryClient(options);
        await call(client);
    }
}
