using Google.Protobuf.WellKnownTypes;
using MxGateway.Contracts.Proto;
using MxGateway.Typed.Snapshot;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>Who is told of a tag's changes.</summary>
internal interface ITagListener
{
    /// <summary>Tells of a value. Called under the plant's lock: it must only take note.</summary>
    void OnDataChange(in TagSample sample);

    /// <summary>Tells that there is no such tag, or none any more. Called as <see cref="OnDataChange"/> is.</summary>
    void OnWrongReference(DateTimeOffset now);
}

/// <summary>A value with its time. The messages are shared between all that are told, and never changed.</summary>
internal readonly record struct TagSample(MxValue Value, Timestamp Time);

/// <summary>An attribute of the plant and its one value. Belongs to <see cref="SimulatedPlant"/>, which holds the lock.</summary>
internal sealed class PlantTag(string owner, RepositoryAttribute definition)
{
    private object?[]? _elements;
    private int _steps;

    public RepositoryAttribute Definition { get; private set; } = definition;

    public DataType Type { get; private set; } = DataType.Of(definition.MxDataType);

    /// <summary>Whether the Galaxy has it still. One that a redeploy took away does not come back: what comes back is a new tag.</summary>
    public bool IsDeployed { get; set; } = true;

    /// <summary>The value now; made when somebody first asks.</summary>
    public TagSample? Sample { get; private set; }

    /// <summary>Whether somebody wrote it: then it stays as it was written.</summary>
    public bool IsWritten { get; private set; }

    /// <summary>Who advises it; null where nobody ever did.</summary>
    public List<ITagListener>? Listeners { get; set; }

    /// <summary>Where it stands in the list of what moves; -1 where it does not move.</summary>
    public int MoverIndex { get; set; } = -1;

    public bool CanMove => !IsWritten && Type.Kind != WireKind.Null;

    public TagSample Read(PlantOrigin origin, Timestamp now)
    {
        if (Sample is { } sample)
            return sample;
        _elements = new object?[InitialValues.Length(Definition)];
        for (int i = 0; i < _elements.Length; i++)
            _elements[i] = InitialValues.Element(owner, Definition, Type, origin, i);
        return Set(_elements, now);
    }

    /// <summary>Gives it its next value; of an array, one element after the other moves.</summary>
    public TagSample Move(PlantOrigin origin, Timestamp now)
    {
        Read(origin, now);
        int index = _steps % _elements!.Length;
        int step = ++_steps;
        object? initial = InitialValues.Element(owner, Definition, Type, origin, index);
        _elements[index] = ValueMotion.Next(Definition, Type, initial, _elements[index], step, now.ToDateTimeOffset());
        return Set(_elements, now);
    }

    /// <summary>Gives it a written value, and the time stamp that the write gives; without one, the time now.</summary>
    /// <returns>Whether that changes anything.</returns>
    public bool Write(MxValue value, Timestamp? time, Timestamp now)
    {
        bool changes = Sample is not { } before || !before.Value.Equals(value) || (time is not null && !before.Time.Equals(time));
        Sample = new TagSample(value, time ?? now);
        _elements = null;
        IsWritten = true;
        return changes;
    }

    /// <summary>Gives it the definition of another deploy. Its value stays, unless it is of another type now: then it starts anew.</summary>
    /// <returns>Whether it starts anew.</returns>
    public bool Redefine(RepositoryAttribute definition)
    {
        bool startsAnew = (definition.MxDataType, definition.IsArray, definition.ArrayDimensionPresent, definition.ArrayDimension)
            != (Definition.MxDataType, Definition.IsArray, Definition.ArrayDimensionPresent, Definition.ArrayDimension);
        Definition = definition;
        if (startsAnew)
            (Type, Sample, _elements, _steps, IsWritten) = (DataType.Of(definition.MxDataType), null, null, 0, false);
        return startsAnew;
    }

    private TagSample Set(object?[] elements, Timestamp now)
    {
        TagSample sample = new(Definition.IsArray ? WireValues.Array(Type, elements) : WireValues.Scalar(Type, elements[0]), now);
        Sample = sample;
        return sample;
    }
}
