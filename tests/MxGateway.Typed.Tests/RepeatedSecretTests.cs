using Microsoft.AspNetCore.Http;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;

namespace MxGateway.Typed.Tests;

/// <summary>A gateway that repeats what a command holds in confidence: its words are left out. For the API key see <see cref="RepeatedKeyTests"/>.</summary>
public sealed class RepeatedSecretTests
{
    private static readonly MxUserId s_ann = MxUserId.FromNumber(7001), s_bob = MxUserId.FromNumber(7002);
    private static readonly Guid s_guid = Guid.Parse("6f9619ff-8b86-d011-b42d-00cf4fc964ff");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_secret_that_a_gateway_repeats_is_in_no_exception(bool isReply)
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        string Words(MxCommand command) =>
            $"cannot take {command.AuthenticateUser?.Password ?? command.ArchestraUserToId.UserGuid.ToUpperInvariant().Replace("-", "")} for a user";
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(new()
        {
            ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = Words(command) },
            DiagnosticMessage = Words(command),
            Statuses = { new MxStatusProxy { Category = Contracts.Proto.MxStatusCategory.SecurityError, DiagnosticText = Words(command) } },
        });
        gateway.Take = (command, context) =>
        {
            if (isReply)
                return false;
            context.Response.AppendTrailer("grpc-status", ((int)GrpcStatusCode.Internal).ToString());
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(Words(command)));
            context.Response.AppendTrailer("odd", Words(command));
            return true;
        };

        await using var client = new MxGatewayClient(gateway.Options);
        MxSession session = client.TakeUpSession("s");
        var ask = new MxCommandRequest { SessionId = "s", Command = new() { Kind = MxCommandKind.AuthenticateUser, AuthenticateUser = new() { Password = "planted5ecret-word" } } };
        Func<Task>[] calls = isReply
            ? [() => session.AuthenticateUserAsync(5, new MxCredentials("ann", "planted5ecret-word")), () => session.ArchestrAUserToIdAsync(5, s_guid)]
            :
            [
                () => session.AuthenticateUserAsync(5, new MxCredentials("ann", "planted5ecret-word")), () => session.ArchestrAUserToIdAsync(5, s_guid),
                () => client.InvokeRawAsync(ask),
            ];
        foreach (Func<Task> call in calls)
        {
            MxGatewayException failure = await Assert.ThrowsAnyAsync<MxGatewayException>(call);
            string all = $"{failure} {failure.RawReply} {string.Join(' ', (failure as MxAccessException)?.Statuses ?? [])} "
                + string.Join(' ', (failure.InnerException as GrpcException)?.Trailers ?? []);
            Assert.DoesNotContain("planted", all);
            Assert.DoesNotContain("6f9619ff", all, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("not shown", failure.Message);
        }
    }

    [Fact]
    public async Task A_user_id_that_a_gateway_repeats_is_in_no_exception_and_no_row()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(command.Kind == MxCommandKind.WriteBulk
            ? new()
            {
                WriteBulk = new()
                {
                    Results =
                    {
                        new BulkWriteResult { ErrorMessage = "user id 7001 is not of this session" }, new BulkWriteResult { ErrorMessage = "item 7001 is wrong" },
                    },
                },
            }
            : new() { ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = "User 7002 may not verify (17002)" } });
        await using var client = new MxGatewayClient(gateway.Options);
        MxSession session = client.TakeUpSession("s");
        MxAccessException failure = await Assert.ThrowsAsync<MxAccessException>(() => session.WriteSecuredAsync(5, 9, s_ann, s_bob, 1.5f));
        Assert.DoesNotContain("7002", $"{failure} {failure.RawReply}");
        IReadOnlyList<MxBulkWriteResult> rows = await session.WriteBulkAsync(5, [new(9, 1.5f, s_ann), new(7001, 1.5f, s_ann)]);
        Assert.DoesNotContain("7001", rows[0].ToString());

        // The same number may be another's.
        Assert.Equal("item 7001 is wrong", rows[1].ErrorMessage);
    }

    [Fact]
    public async Task A_value_is_in_a_message_only_where_the_gateway_repeats_it()
    {
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        string words = "";
        gateway.Answer = _ => Task.FromResult<MxCommandReply?>(new() { ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = words } });
        await using var client = new MxGatewayClient(gateway.Options);
        MxSession session = client.TakeUpSession("s");
        Assert.DoesNotContain("hushhush", (await Assert.ThrowsAsync<MxAccessException>(() => session.WriteAsync(5, 9, "hushhush"))).ToString());

        // As docs/session.md says: what a gateway says is told in its words.
        words = "cannot take 'hushhush'";
        Assert.Contains(words, (await Assert.ThrowsAsync<MxAccessException>(() => session.WriteAsync(5, 9, "hushhush"))).Message);
    }
}
