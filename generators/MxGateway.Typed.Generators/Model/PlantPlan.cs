namespace MxGateway.Typed.Generators.Model;

/// <summary>Everything that is emitted for a snapshot, as values: strings, numbers and arrays of them. Documentation is XML already; types and names are C# already.</summary>
/// <param name="Objects">The classes of templates and of objects that differ from theirs.</param>
/// <param name="Shapes">The classes of attributes with members, and of groups.</param>
/// <param name="Roots">The plant's class; none where the snapshot could not be read at all.</param>
/// <param name="Tables">The table of the plant's objects; as many as roots.</param>
internal sealed record PlantPlan(EquatableArray<ObjectModel> Objects, EquatableArray<ShapeModel> Shapes, EquatableArray<RootModel> Roots, EquatableArray<TableModel> Tables)
{
    public static PlantPlan Nothing { get; } = new(default, default, default, default);
}

/// <summary>Where a type goes.</summary>
/// <param name="Hint">The emitted file's name; a function of the type's qualified name, and unlike any other's whatever the case.</param>
/// <param name="Source">The snapshot's file name.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The type's name.</param>
/// <param name="Visibility"><c>public</c> or <c>internal</c>.</param>
internal sealed record TypePlace(string Hint, string Source, string Namespace, string Name, string Visibility);

/// <summary>The class of a template, or of an object that differs from its template.</summary>
/// <param name="Place">Where it goes.</param>
/// <param name="Base">The class that it derives from.</param>
/// <param name="IsTemplate">Whether others may derive from it.</param>
/// <param name="Doc">What it is.</param>
/// <param name="SlotCount">Its slots, those of its bases included.</param>
/// <param name="Attributes">The attributes that it declares.</param>
/// <param name="Children">The contained objects, and an area's objects, that it declares.</param>
/// <param name="Differences">What its bases say and is not true for it.</param>
/// <param name="Values">The record of its values; null for none of its own.</param>
internal sealed record ObjectModel(
    TypePlace Place,
    string Base,
    bool IsTemplate,
    string Doc,
    int SlotCount,
    EquatableArray<AttributeModel> Attributes,
    EquatableArray<ChildModel> Children,
    EquatableArray<DifferenceModel> Differences,
    ValuesModel? Values);

/// <summary>The record of a class's values: it has the members of the class.</summary>
/// <param name="Name">The record's name.</param>
/// <param name="Base">The record that it derives from; null where that is the runtime's own, for what has no value itself.</param>
/// <param name="Hides">Whether a base of the class has a record, too.</param>
internal sealed record ValuesModel(string Name, string? Base, bool Hides);

/// <summary>
/// A member that is an attribute, or a group of them. In the record of values it is of the type <c>Values</c>:
/// a sample, or for a class with members (<c>HasValues</c>) that class's record.
/// </summary>
internal sealed record AttributeModel(
    int Slot,
    string Identifier,
    string Type,
    string Values,
    bool HasValues,
    string Name,
    string? Reference,
    bool Hides,
    string Doc);

/// <summary>A member that is an object: of a child slot, or at the root of a row. Its name is the contained name or the tagname, as the Galaxy spells it.</summary>
internal sealed record ChildModel(int Slot, string Identifier, string Type, string Name, bool Hides, string Doc);

/// <summary>An attribute that a base's slot leads to and that is not as the base says, and why.</summary>
internal sealed record DifferenceModel(int Slot, string Attribute, string Reason);

/// <summary>The class of an attribute with members, or of a group.</summary>
internal sealed record ShapeModel(TypePlace Place, string Base, string Doc, EquatableArray<AttributeModel> Members, ValuesModel Values);

/// <summary>The plant's class.</summary>
/// <param name="Place">Where it goes.</param>
/// <param name="Doc">What it is.</param>
/// <param name="Members">The objects at the top; a slot is a row of the table.</param>
/// <param name="Classes">The classes that objects have, by their numbers in the table.</param>
internal sealed record RootModel(TypePlace Place, string Doc, EquatableArray<ChildModel> Members, EquatableArray<string> Classes);

/// <summary>The plant's objects, a line each, as the runtime reads them.</summary>
/// <param name="Place">Where it goes.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Deployed">When the Galaxy was deployed, as text; null where the snapshot does not say.</param>
internal sealed record TableModel(TypePlace Place, string Lines, string? Deployed);
