using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Protocol.Grpc;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Tests;

/// <summary>
/// A key, passwords and user ids are planted, all that can be done is done, well and badly, and whatever is said of it is looked through: logs of every level, exceptions, and what is asked for as text.
/// (`.ci/run` looks through the output of the whole suite besides.)
/// </summary>
public sealed class PlantedSecretsTests
{
    private const string Secret = "planted5ecret";
    private const string Key = $"mxgw_a_key-{Secret}";
    private const int UserId = 918_273_645;
    private static readonly Guid s_guid = new("5ec2e7aa-1111-4222-8333-944455566677");
    private static readonly MxCredentials s_ann = new("ann", $"{Secret}-ann"), s_bob = new("bob", $"{Secret}-bob");

    [Fact]
    public async Task Nothing_secret_is_in_logs_exceptions_or_texts()
    {
        using var said = new Said();
        await using ScriptedGateway gateway = await ScriptedGateway.StartAsync();
        MxGatewayOptions options = gateway.Options with { ApiKey = MxApiKey.From(Key), LoggerFactory = said };
        said.Note(options, options.ApiKey, s_ann, new { options }, JsonSerializer.Serialize(s_ann), JsonSerializer.Serialize(options.ApiKey));

        // Done well.
        gateway.Answer = command => Task.FromResult(command.Kind switch
        {
            MxCommandKind.AuthenticateUser => new MxCommandReply { AuthenticateUser = new() { UserId = UserId } },
            MxCommandKind.ArchestraUserToId => new MxCommandReply { ArchestraUserToId = new() { UserId = UserId } },
            _ => (MxCommandReply?)null,
        });
        await DoAllAsync(options, said);

        // Done badly: refused by MXAccess in words that repeat what was sent, by the gateway, and not at all.
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(command.Kind == MxCommandKind.Register ? null : new MxCommandReply
        {
            Hresult = -1,
            ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = $"cannot do {command}" },
            DiagnosticMessage = command.ToString(),
            Statuses = { new MxStatusProxy { Category = Contracts.Proto.MxStatusCategory.SecurityError, DiagnosticText = command.ToString() } },
        });
        await DoAllAsync(options, said);
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(
            command.Kind == MxCommandKind.Register ? null : new MxCommandReply { ProtocolStatus = new() { Code = ProtocolStatusCode.InvalidRequest, Message = $"cannot do {command}" } });
        await DoAllAsync(options, said);

        // In words that repeat the key, as an answer and as a call's failure.
        gateway.Answer = command => Task.FromResult<MxCommandReply?>(
            command.Kind == MxCommandKind.Register ? null : new MxCommandReply { ProtocolStatus = new() { Code = ProtocolStatusCode.MxaccessFailure, Message = $"not with {Key}" } });
        await DoAllAsync(options, said);
        gateway.Take = (command, call) =>
        {
            if (command.Kind == MxCommandKind.Register)
                return false;
            call.Response.AppendTrailer("grpc-status", ((int)GrpcStatusCode.Internal).ToString());
            call.Response.AppendTrailer("grpc-message", $"not with {Key}");
            call.Response.AppendTrailer("x-seen", Key);
            return true;
        };
        await DoAllAsync(options, said);
        gateway.EndStream(GrpcStatusCode.Internal, $"not with {Key}");
        await DoAllAsync(options, said);
        await gateway.DisposeAsync();
        await DoAllAsync(options, said);

        Assert.NotEmpty(said.Exceptions);
        Assert.Contains(said.Exceptions, exception => exception is MxAccessException);
        Assert.Contains(said.Exceptions, exception => exception is MxConnectionException);
        Assert.NotEmpty(said.Texts);
        string[] secrets = [Secret, $"{UserId}", $"{s_guid:D}", $"{s_guid:N}"];
        Assert.DoesNotContain(said.Texts, text => secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    private static async Task DoAllAsync(MxGatewayOptions options, Said said)
    {
        await said.TryAsync(async () =>
        {
            await using TestPlant plant = await TestPlant.ConnectAsync(options);
            said.Note(plant, plant.Connection, plant.Pump_001, plant.Pump_001.Signed);
            await said.TryAsync(async () => said.Note(await plant.Pump_001.Speed.ReadAsync()));

            // They wait for a first value that does not come, so they are given up.
            using var stop = new CancellationTokenSource();
            Task[] writes =
            [
                said.TryAsync(() => plant.Pump_001.Speed.WriteAsync(1, stop.Token)),
                said.TryAsync(() => plant.Pump_001.Signed.WriteAsync(true, s_ann, stop.Token)),
                said.TryAsync(() => plant.Pump_001.Verified.WriteAsync(true, s_ann, s_bob, stop.Token)),
                said.TryAsync(() => plant.Pump_001.Verified.WriteAsync(true, s_ann, new MxCredentials("ANN", s_bob.ToString()), stop.Token)),
            ];
            using IDisposable subscription = plant.Pump_001.Speed.Subscribe(sample => said.Note(sample));
            await stop.CancelAsync();
            await Task.WhenAll(writes);
        });

        await using var client = new MxGatewayClient(options);
        said.Note(client);
        await said.TryAsync(async () =>
        {
            await using MxSession session = await client.OpenSessionAsync("planted");
            int server = await session.RegisterAsync("planted");
            MxUserId user = MxUserId.FromNumber(UserId);
            said.Note(session, user, new { user });
            await said.TryAsync(async () => said.Note(await session.AuthenticateUserAsync(server, s_ann)));
            await said.TryAsync(async () => said.Note(await session.ArchestrAUserToIdAsync(server, s_guid)));
            await said.TryAsync(() => session.WriteAsync(server, 7, 1.5f, user));
            await said.TryAsync(() => session.WriteSecuredAsync(server, 7, user, user, true));
            await said.TryAsync(() => session.PingAsync());
        });
        await said.TryAsync(async () => said.Note(await client.InvokeRawAsync(new MxCommandRequest { SessionId = "none", Command = new() { Kind = MxCommandKind.Ping, Ping = new() } })));
        await using var repository = new GalaxyRepositoryClient(options);
        said.Note(repository);
        await said.TryAsync(async () => said.Note(await repository.TestConnectionAsync()));
    }

    /// <summary>Takes down all that is said.</summary>
    private sealed class Said : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Texts { get; } = new();

        public ConcurrentQueue<Exception> Exceptions { get; } = new();

        public void Note(params object?[] things)
        {
            foreach (object? thing in things)
                Texts.Enqueue($"{thing}");
        }

        public async Task TryAsync(Func<Task> what)
        {
            try
            {
                await what();
            }
            catch (Exception e)
            {
                Note(e);
            }
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Note(formatter(state, exception));
            if (exception is not null)
                Note(exception);
        }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
            // It holds nothing.
        }

        private void Note(Exception exception)
        {
            for (Exception? e = exception; e is not null; e = e.InnerException)
            {
                Exceptions.Enqueue(e);
                Texts.Enqueue($"{e} {e.Message} {string.Join(' ', e.Data.Values.Cast<object?>())}");
                Texts.Enqueue($"{(e as MxGatewayException)?.RawReply} {string.Join(' ', (e as GrpcException)?.Trailers ?? [])}");
            }
        }
    }
}
