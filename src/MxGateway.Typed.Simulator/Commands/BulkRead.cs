using MxGateway.Contracts.Proto;
using MxGateway.Typed.Simulator.Plant;
using MxGateway.Typed.Simulator.Rules;

namespace MxGateway.Typed.Simulator.Commands;

/// <summary>
/// ReadBulk: the cached value of an advised tag, else it subscribes, waits for the first value, and tears down. All rows wait together, for <c>timeout_ms</c>
/// at most; the session's other commands wait with them.
/// </summary>
internal static class BulkRead
{
    private static readonly TimeSpan s_defaultTimeout = TimeSpan.FromSeconds(5);

    public static async ValueTask<MxCommandReply> RunAsync(MxWorker worker, MxCommand command)
    {
        ReadBulkCommand bulk = command.ReadBulk;

        // What a timer can wait for; a longer wish is as good as no limit.
        TimeSpan timeout = bulk.TimeoutMs == 0 ? s_defaultTimeout : TimeSpan.FromMilliseconds(Math.Min(bulk.TimeoutMs, int.MaxValue));
        List<Reading> readings = [];
        List<BulkReadResult> rows;
        try
        {
            rows = Begin(worker, bulk, command.Kind, readings);
            if (readings.Exists(reading => reading.First is { Sample.IsCompleted: false }) && worker.Rules.Hold(GatewayRule.ReadBulkWaits))
                await worker.WaitAsync(Task.WhenAll(readings.Select(reading => reading.First?.Sample ?? Task.CompletedTask)), timeout).ConfigureAwait(false);
        }
        finally
        {
            // Where the rows fit no reply, too.
            foreach (Reading reading in readings)
                if (reading.First is { } first)
                    worker.UnAdvise(reading.Reference.Tag, first);
        }

        foreach (Reading reading in readings)
            End(worker, reading, timeout);
        MxCommandReply reply = Replies.Ok();
        reply.ReadBulk = new BulkReadReply { Results = { rows } };
        return reply;
    }

    /// <summary>Begins each read, and puts it among those that are to be ended.</summary>
    private static List<BulkReadResult> Begin(MxWorker worker, ReadBulkCommand bulk, MxCommandKind kind, List<Reading> readings) => BulkRows.Run(
        worker,
        kind,
        bulk.ServerHandle,
        bulk.TagAddresses.Select(address => new Reading(bulk.ServerHandle, address)),
        reading => Begin(worker, reading),
        (reading, rejection) =>
        {
            readings.Add(reading);
            if (rejection is not null)
                reading.Fail(rejection, MxItem.QualityConfigurationError);
            return reading.Row;
        });

    private static MxRejection? Begin(MxWorker worker, Reading reading)
    {
        BulkReadResult row = reading.Row;
        if (worker.Resolve(row.TagAddress, context: "", out TagReference? named) is { } rejection)
            return rejection;
        if (named is not { } reference)
            return MxRejection.WrongReference(row.TagAddress);

        reading.Reference = reference;
        worker.Find(row.ServerHandle, out MxRegistration? registration);
        TagSample? sample = worker.Plant.Read(
            reference.Tag, listener => listener is MxItem item && HasValueOf(item, reference, registration!, worker.Rules), out ITagListener? advised);
        row.WasCached = advised is not null;
        row.ItemHandle = advised is MxItem cached ? cached.Handle
            : worker.Rules.Hold(GatewayRule.ReadBulkTearsDown) ? worker.NextItemHandle() : LeaveItem(worker, registration!, row.TagAddress);
        if (sample is { } value)
            reading.Take(value);
        else
            worker.Advise(reference.Tag, reading.First = new FirstValue());
        return null;
    }

    private static bool HasValueOf(MxItem item, TagReference reference, MxRegistration registration, GatewayRules rules) =>
        item is { HadDataChange: true } && item.Reference == reference
        && registration.Items.GetValueOrDefault(item.Handle) == item && rules.Hold(GatewayRule.ReadBulkCached);

    /// <summary>What a gateway would do that forgets to tear down.</summary>
    private static int LeaveItem(MxWorker worker, MxRegistration registration, string address)
    {
        if (worker.AddItem(registration, address, context: "", isBuffered: false, out MxItem? item) is not null)
            return 0;
        worker.Advise(item, supervisory: false);
        return item.Handle;
    }

    private static void End(MxWorker worker, Reading reading, TimeSpan timeout)
    {
        if (reading.First is not { } first)
            return;
        if (first.Sample.IsCompletedSuccessfully)
        {
            reading.Take(first.Sample.Result);
            return;
        }

        string waited = worker.IsEnding ? "before the session was closed" : $"within {timeout.TotalMilliseconds:0} ms";
        string reason = $"\"{reading.Row.TagAddress}\" had no value {waited}";
        reading.Fail(MxRejection.Silent(reason), MxItem.QualityWaitingForInitialData);
    }

    /// <summary>A row while it is read.</summary>
    private sealed class Reading(int serverHandle, string address)
    {
        public BulkReadResult Row { get; } = new() { ServerHandle = serverHandle, TagAddress = address };

        public TagReference Reference { get; set; }

        /// <summary>What it waits for; null where it does not wait.</summary>
        public FirstValue? First { get; set; }

        public void Take(TagSample? found)
        {
            if (found is not { } sample || Reference.In(sample.Value) is not { } value)
            {
                Fail(MxRejection.WrongReference(Row.TagAddress), MxItem.QualityConfigurationError);
                return;
            }

            Row.WasSuccessful = true;
            Row.Value = value;
            Row.Quality = MxItem.QualityGood;
            Row.SourceTimestamp = sample.Time;
            Row.Statuses.Add(Statuses.Ok());
        }

        public void Fail(MxRejection rejection, int quality)
        {
            Row.Value = WireValues.None();
            Row.Quality = quality;
            Row.Statuses.Add(rejection.Status);
            Row.ErrorMessage = rejection.Message;
        }
    }

    private sealed class FirstValue : ITagListener
    {
        private readonly TaskCompletionSource<TagSample?> _sample = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The value; null where a redeploy took the tag away.</summary>
        public Task<TagSample?> Sample => _sample.Task;

        public void OnDataChange(in TagSample sample) => _sample.TrySetResult(sample);

        public void OnWrongReference(DateTimeOffset now) => _sample.TrySetResult(null);
    }
}
