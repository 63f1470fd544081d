using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;
using static MxGateway.Typed.Protocol.Tests.Answers;

namespace MxGateway.Typed.Protocol.Tests;

/// <summary>Where a call's status may stand, and what a status may be.</summary>
public sealed class StatusTests
{
    [Theory]
    [InlineData("0", "0", GrpcStatusCode.OK)]
    [InlineData(null, "0", GrpcStatusCode.OK)]
    [InlineData("0", null, GrpcStatusCode.OK)]
    [InlineData(null, "9", GrpcStatusCode.FailedPrecondition)]
    [InlineData("9", null, GrpcStatusCode.FailedPrecondition)]
    [InlineData("0", "9", GrpcStatusCode.FailedPrecondition)]
    [InlineData("9", "0", GrpcStatusCode.FailedPrecondition)]
    [InlineData("9", "5", GrpcStatusCode.FailedPrecondition)]
    [InlineData(null, null, GrpcStatusCode.Unknown)]
    public async Task A_status_stands_in_the_headers_or_the_trailers_and_one_that_fails_the_call_is_never_overruled(string? inHeaders, string? inTrailers, GrpcStatusCode code)
    {
        await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
        {
            await connection.HeadersAsync(stream, false, [(":status", "200"), ("content-type", "application/grpc"), .. Status(inHeaders)]);
            await connection.DataAsync(stream, Script.Frame(Script.Reply), isLast: inTrailers is null);
            if (inTrailers is not null)
                await connection.HeadersAsync(stream, true, [.. Status(inTrailers)]);
        });
        await using GrpcHttp2Transport transport = Transport(server.Endpoint);
        if (code == GrpcStatusCode.OK)
            Assert.Equal(Script.Reply, await transport.CallAsync());
        else
            Assert.Equal(code, (await Assert.ThrowsAsync<GrpcException>(() => transport.CallAsync())).Code);
    }

    [Fact]
    public async Task Headers_that_end_the_answer_without_a_status_are_not_success()
    {
        await using ScriptedHttp2Server server = Script.Server((connection, stream) => connection.HeadersAsync(stream, true, (":status", "200"), ("content-type", "application/grpc")));
        GrpcException failure = await Script.FailureAsync(server);
        Assert.Equal(GrpcStatusCode.Unknown, failure.Code);
        Assert.Contains("without a status", failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData("5.0")]
    [InlineData("0x5")]
    [InlineData("17")]
    [InlineData("99")]
    [InlineData("2147483648")]
    [InlineData("99999999999999999999999999999999999999999")]
    public async Task A_status_that_gRPC_does_not_know_is_Unknown_and_is_shown_with_its_message(string status)
    {
        foreach (bool isInHeaders in new[] { false, true })
        {
            await using ScriptedHttp2Server server = Script.Server(async (connection, stream) =>
            {
                if (!isInHeaders)
                    await connection.AcceptAsync(stream);
                (string, string)[] head = isInHeaders ? [(":status", "200"), ("content-type", "application/grpc")] : [];
                await connection.HeadersAsync(stream, true, [.. head, ("grpc-status", status), ("grpc-message", "the pump is off")]);
            });
            GrpcException failure = await Script.FailureAsync(server);
            Assert.Equal(GrpcStatusCode.Unknown, failure.Code);
            Assert.Contains($"'{(status.Length > 20 ? status[..20] + "..." : status)}' is none that gRPC knows: the pump is off", failure.Message);
        }
    }

    private static (string, string)[] Status(string? status) => status is null ? [] : [("grpc-status", status)];
}
