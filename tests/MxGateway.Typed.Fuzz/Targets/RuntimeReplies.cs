using Google.Protobuf;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Fuzz.Messages;
using MxGateway.Typed.Tests;

namespace MxGateway.Typed.Fuzz.Targets;

/// <summary>
/// The plant's end: a gateway whose replies and events are well-formed and mad. What the application started must end, by a value or by one of the library's
/// own exceptions,
/// and the plant must close.
/// </summary>
internal sealed class RuntimeReplies : FuzzTarget
{
    private static readonly MxCommandKind[] s_kinds =
        [MxCommandKind.SubscribeBulk, MxCommandKind.ReadBulk, MxCommandKind.Write, MxCommandKind.AuthenticateUser, MxCommandKind.WriteSecured, MxCommandKind.UnsubscribeBulk, MxCommandKind.Register];

    private static readonly string[] s_actions = ["read-speed", "read-recipe", "read-mode", "read-odd", "write-speed", "write-note", "write-recipe", "write-signed", "write-verified"];

    private readonly MadGateway _gateway;

    private RuntimeReplies(MadGateway gateway)
        : base("runtime-replies") => _gateway = gateway;

    public override int Parallelism => 8;

    public static async Task<RuntimeReplies> StartAsync() => new(await MadGateway.StartAsync());

    public override async Task PlayAsync(FuzzInput input)
    {
        MxGatewayOptions options = _gateway.Play(input);
        try
        {
            await using var plant = await TestPlant.ConnectAsync(options);
            await UseAsync(plant, input, () => _gateway.SendEvents(options));
        }
        catch (MxGatewayException)
        {
            // The registration itself may be answered with anything.
        }
        finally
        {
            _gateway.Forget(options);
        }
    }

    public override ValueTask DisposeAsync() => _gateway.DisposeAsync();

    protected override IEnumerable<FuzzStep> Steps(Random random)
    {
        var generator = new MessageGenerator(random, MadGateway.FirstItemHandle);
        for (int left = random.Next(1, 4); left > 0; left--)
            yield return new FuzzStep("do", s_actions[random.Next(s_actions.Length)]);
        for (int left = random.Next(4); left > 0; left--)
        {
            MxCommandKind kind = s_kinds[random.Next(random.Next(8) == 0 ? s_kinds.Length : s_kinds.Length - 1)];
            yield return new FuzzStep("reply", kind.ToString(), Reply(random, generator, kind).ToByteArray());
        }

        ulong sequence = 1;
        for (int left = random.Next(8); left > 0; left--)
        {
            var e = (MxEvent)generator.Make(MxEvent.Descriptor);
            e.WorkerSequence = random.Next(8) switch { 0 => e.WorkerSequence, 1 => ++sequence + (ulong)random.Next(5), 2 => 0, _ => sequence++ };
            if (random.Next(10) != 0)
                e.ReplayGap = null;
            if (random.Next(4) != 0)
                e.Family = random.Next(2) == 0 ? MxEventFamily.OnDataChange : MxEventFamily.OnWriteComplete;
            yield return new FuzzStep("event", "", e.ToByteArray());
        }
    }

    private static MxCommandReply Reply(Random random, MessageGenerator generator, MxCommandKind kind)
    {
        // Until the payload is the one that belongs to the command, mostly.
        MxCommandReply reply;
        int tries = 0;
        do
            reply = (MxCommandReply)generator.Make(MxCommandReply.Descriptor);
        while (reply.PayloadCase.ToString() != kind.ToString() && ++tries < 100 && kind is not (MxCommandKind.Write or MxCommandKind.WriteSecured) && random.Next(40) != 0);

        // One row, as was asked for, or any number of them.
        if (random.Next(3) != 0 && reply.ReadBulk is { Results.Count: > 1 } read)
            while (read.Results.Count > 1)
                read.Results.RemoveAt(1);
        return reply;
    }

    private static async Task UseAsync(TestPlant plant, FuzzInput input, Action sendEvents)
    {
        Pump pump = plant.Pump_001;
        var advised = Task.WhenAll(
            WatchAsync(pump.Speed), WatchAsync(pump.Running), WatchAsync(pump.Count), WatchAsync(pump.Note), WatchAsync(pump.Started), WatchAsync(pump.Mode), WatchAsync(pump.Recipe), WatchAsync(pump.Odd));
        Task[] actions = [.. input.All("do").Select(step => Task.Run(() => ActAsync(pump, step.Name)))];

        // The stream's end comes after all events, and tells that they were taken.
        sendEvents();
        await advised;
        if (plant.Connection.State != MxConnectionState.Disconnected)
            throw new FuzzException($"the stream has ended, and the connection is {plant.Connection.State}");
        await plant.Connection.DisposeAsync();
        await Task.WhenAll(actions);
    }

    /// <summary>Takes samples until the one that says that the connection is gone.</summary>
    private static async Task WatchAsync<T>(MxTag<T> tag)
    {
        await foreach (MxSample<T> sample in tag.AdviseAsync())
        {
            _ = sample.ToString();
            if (sample is { IsFromSession: true } && sample.Quality == MxQuality.BadNotConnected)
                return;
        }
    }

    private static async Task ActAsync(Pump pump, string action)
    {
        try
        {
            switch (action)
            {
                case "read-speed":
                    _ = (await pump.Speed.ReadAsync()).ToString();
                    break;
                case "read-recipe":
                    _ = (await pump.Recipe.ReadAsync()).ToString();
                    break;
                case "read-mode":
                    _ = (await pump.Mode.ReadAsync()).ToString();
                    break;
                case "read-odd":
                    _ = (await pump.Odd.ReadAsync()).ToString();
                    break;
                case "write-speed":
                    await pump.Speed.WriteAsync(float.NaN);
                    break;
                case "write-note":
                    await pump.Note.WriteAsync("\0ä");
                    break;
                case "write-recipe":
                    await pump.Recipe.WriteAsync([1, 2, 3]);
                    break;
                case "write-signed":
                    await pump.Signed.WriteAsync(true, new MxCredentials("operator", "planted5ecret"));
                    break;
                case "write-verified":
                    await pump.Verified.WriteAsync(true, new MxCredentials("operator", "planted5ecret"), new MxCredentials("other", "planted5ecret"));
                    break;
                default:
                    throw new FormatException($"'{action}' is no action");
            }
        }
        catch (Exception e) when (e is MxGatewayException or ObjectDisposedException)
        {
            // In the library's own words.
        }
    }
}
