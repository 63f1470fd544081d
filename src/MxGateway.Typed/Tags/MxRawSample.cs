using Proto = MxGateway.Contracts.Proto;

namespace MxGateway.Typed;

/// <summary>
/// A sample before it is given its type. Each advised tag holds one, so it is packed: of the value there are the parts, without a data type, which a
/// sample's value has by its kind alone.
/// </summary>
internal readonly struct MxRawSample
{
    private readonly long _bits;
    private readonly object? _reference;
    private readonly long _utcTicks;
    private readonly string? _text;
    private readonly ushort _quality;
    private readonly short _detail;
    private readonly byte _kind;
    private readonly sbyte _category;
    private readonly sbyte _detectedBy;

    public MxRawSample(in MxVariant value, MxQuality quality, DateTimeOffset timestamp, in MxStatus status, bool isFromSession)
    {
        _bits = value.Integer;
        _reference = value.Reference;
        _kind = (byte)value.Kind;
        _utcTicks = timestamp.UtcTicks;
        _text = status.Text;
        _quality = quality.Code;
        _detail = status.Detail;
        _category = (sbyte)status.Category;
        _detectedBy = (sbyte)status.DetectedBy;
        IsFromSession = isFromSession;
    }

    public MxVariant Value => new((MxVariantKind)_kind, _bits, _reference);

    public MxQuality Quality => new(_quality);

    public DateTimeOffset Timestamp => new(_utcTicks, TimeSpan.Zero);

    public MxStatus Status => new((MxStatusCategory)_category, (MxStatusSource)_detectedBy, _detail, _text ?? "");

    public bool IsFromSession { get; }

    public static MxRawSample Of(Proto.MxEvent change, DateTimeOffset now) => new(
        Wire.ToVariant(change.Value),
        new MxQuality((ushort)change.Quality),
        Wire.ToTime(change.SourceTimestamp ?? change.WorkerTimestamp, now),
        Wire.Worst(change.Statuses),
        isFromSession: false);

    public static MxRawSample Of(Proto.BulkReadResult row, DateTimeOffset now)
    {
        MxStatus status = Wire.Worst(row.Statuses);
        DateTimeOffset timestamp = Wire.ToTime(row.SourceTimestamp, now);
        if (row.WasSuccessful)
            return new(Wire.ToVariant(row.Value), new MxQuality((ushort)row.Quality), timestamp, status, isFromSession: false);

        // A row that failed is bad whatever it says of quality.
        var quality = new MxQuality((ushort)row.Quality);
        if (status.IsOk)
            status = new MxStatus(MxStatusCategory.OtherError, MxStatusSource.Unknown, 0, row.ErrorMessage);
        else if (status.Text.Length == 0)
            status = status with { Text = row.ErrorMessage };
        return new(default, quality.IsBad ? quality : default, timestamp, status, isFromSession: false);
    }

    /// <summary>The same sample, whose status says something else.</summary>
    public MxRawSample WithText(string text) => new(Value, Quality, Timestamp, Status with { Text = text }, IsFromSession);

    public static MxRawSample FromSession(MxQuality quality, MxStatusCategory category, string text, DateTimeOffset now) =>
        new(default, quality, now, new MxStatus(category, MxStatusSource.Unknown, 0, text), isFromSession: true);

    public static MxRawSample Waiting(DateTimeOffset now) => FromSession(MxQuality.BadWaitingForInitialData, MxStatusCategory.Pending, "", now);
}
