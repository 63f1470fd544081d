using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>A sample before it is given its type.</summary>
internal readonly record struct MxRawSample(MxVariant Value, MxQuality Quality, DateTimeOffset Timestamp, MxStatus Status, bool IsFromSession)
{
    public static MxRawSample Of(Proto.MxEvent change, DateTimeOffset now) => new(
        Wire.ToVariant(change.Value), new MxQuality((ushort)change.Quality), Wire.ToTime(change.SourceTimestamp ?? change.WorkerTimestamp, now), Wire.Worst(change.Statuses), IsFromSession: false);

    public static MxRawSample Of(Proto.BulkReadResult row, DateTimeOffset now)
    {
        MxStatus status = Wire.Worst(row.Statuses);
        DateTimeOffset timestamp = Wire.ToTime(row.SourceTimestamp, now);
        if (row.WasSuccessful)
            return new(Wire.ToVariant(row.Value), new MxQuality((ushort)row.Quality), timestamp, status, IsFromSession: false);

        // A row that failed is bad whatever it says of quality.
        var quality = new MxQuality((ushort)row.Quality);
        if (status.IsOk)
            status = new MxStatus(MxStatusCategory.OtherError, MxStatusSource.Unknown, 0, row.ErrorMessage);
        else if (status.Text.Length == 0)
            status = status with { Text = row.ErrorMessage };
        return new(default, quality.IsBad ? quality : default, timestamp, status, IsFromSession: false);
    }

    public static MxRawSample FromSession(MxQuality quality, MxStatusCategory category, string text, DateTimeOffset now) =>
        new(default, quality, now, new MxStatus(category, MxStatusSource.Unknown, 0, text), IsFromSession: true);

    public static MxRawSample Waiting(DateTimeOffset now) => FromSession(MxQuality.BadWaitingForInitialData, MxStatusCategory.Pending, "", now);
}
