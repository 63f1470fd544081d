using System.Text.Json;

namespace MxGateway.Typed.Snapshot;

internal ref partial struct SnapshotParser
{
    private ParsedTemplate? Template(HashSet<string> brokenNames)
    {
        if (!Begin("template", out Row row))
            return null;
        var template = new ParsedTemplate { Position = row.Position };
        while (NextField(ref row, out string field))
        {
            switch (field)
            {
                case "name":
                    row.Name = String(ref row, field);
                    break;
                case "base":
                    template.Base = String(ref row, field);
                    break;
                case "as":
                    template.KeptName = String(ref row, field);
                    break;
                case "attributes":
                    // An attribute that cannot be read is missing from the type; the rest of the template is as good as before.
                    template.Attributes = Attributes(ref row, isOfTemplate: true, out _, out _);
                    break;
                case "children":
                    template.Children = Children(ref row);
                    break;
                case "groups":
                    template.Groups = Groups(ref row);
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        Require(ref row, row.Name is not null, "name");
        template.Name = row.Name ?? "";
        if (!row.IsBroken)
            return template;
        if (row.Name is not null)
            brokenNames.Add(row.Name);
        return null;
    }

    private ParsedObject? Object(HashSet<string> brokenTags)
    {
        if (!Begin("object", out Row row))
            return null;
        var @object = new ParsedObject { Position = row.Position };
        int? id = null, category = null;
        while (NextField(ref row, out string field))
        {
            switch (field)
            {
                case "tag":
                    row.Name = String(ref row, field);
                    break;
                case "id":
                    id = Integer(ref row, field);
                    break;
                case "name":
                    @object.ContainedName = String(ref row, field) ?? "";
                    break;
                case "browse":
                    @object.BrowseName = String(ref row, field);
                    break;
                case "parent":
                    @object.Parent = Reference(ref row, field);
                    break;
                case "host":
                    @object.Host = Reference(ref row, field);
                    break;
                case "area":
                    @object.IsArea = Boolean(ref row, field);
                    break;
                case "category":
                    category = Integer(ref row, field);
                    break;
                case "template":
                    @object.Template = String(ref row, field);
                    break;
                case "chain":
                    @object.Chain = Strings(ref row, field);
                    break;
                case "as":
                    @object.KeptName = String(ref row, field);
                    break;
                case "class":
                    @object.KeptClass = String(ref row, field);
                    break;
                case "without":
                    @object.Without.AddRange(Strings(ref row, field));
                    break;
                case "attributes":
                    // An attribute that cannot be read must not turn into the template's: the object is without it. Where not even its name can be read, the object has to go.
                    @object.Attributes = Attributes(ref row, isOfTemplate: false, out List<string> brokenNames, out bool areAllNamed);
                    @object.Without.AddRange(brokenNames);
                    row.IsBroken |= !areAllNamed;
                    break;
                case "groups":
                    @object.Groups = Groups(ref row);
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        Require(ref row, row.Name is not null, "tag");
        Require(ref row, id is not null, "id");
        Require(ref row, category is not null, "category");
        (@object.TagName, @object.Id, @object.CategoryId) = (row.Name ?? "", id ?? 0, category ?? 0);
        if (!row.IsBroken)
            return @object;
        if (row.Name is not null)
            brokenTags.Add(row.Name);
        return null;
    }

    private ParsedReference Reference(ref Row row, string field)
    {
        SnapshotPosition position = Here();
        if (_json.TokenType == JsonTokenType.String)
            return new ParsedReference(Text(), 0, position);
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out int id))
            return new ParsedReference(null, id, position);
        Mistyped(ref row, field, "a tagname or a gobject id");
        return default;
    }

    private List<SnapshotAttribute> Attributes(ref Row owner, bool isOfTemplate, out List<string> brokenNames, out bool areAllNamed)
    {
        var attributes = new List<SnapshotAttribute>();
        brokenNames = [];
        areAllNamed = true;
        if (!BeginList(ref owner, "attributes"))
            return attributes;
        while (NextElement())
        {
            if (Attribute(isOfTemplate, out string? name) is { } attribute)
                attributes.Add(attribute);
            else if (name is not null)
                brokenNames.Add(name);
            else
                areAllNamed = false;
        }

        return attributes;
    }

    private SnapshotAttribute? Attribute(bool isOfTemplate, out string? name)
    {
        name = null;
        if (!Begin("attribute", out Row row))
            return null;
        int? type = null, category = null, security = null, dimension = null;
        string? typeName = null, reference = null, keptName = null, keptClass = null;
        bool isArray = false, isDimensionPresent = false, isHistorized = false, isAlarm = false;
        while (NextField(ref row, out string field))
        {
            switch (field)
            {
                case "name":
                    row.Name = String(ref row, field);
                    break;
                case "type":
                    type = Named(ref row, field, GalaxyNames.DataTypes);
                    break;
                case "typeName":
                    typeName = String(ref row, field);
                    break;
                case "array":
                    if (_json.TokenType == JsonTokenType.Number)
                        (isArray, isDimensionPresent, dimension) = (true, true, Integer(ref row, field));
                    else
                        isArray = Boolean(ref row, field, "true or the dimension");
                    break;
                case "dimension":
                    (isDimensionPresent, dimension) = (true, Integer(ref row, field));
                    break;
                case "absentDimension":
                    dimension = Integer(ref row, field);
                    break;
                case "category":
                    category = Named(ref row, field, GalaxyNames.Categories);
                    break;
                case "security":
                    security = Named(ref row, field, GalaxyNames.Securities);
                    break;
                case "historized":
                    isHistorized = Boolean(ref row, field);
                    break;
                case "alarm":
                    isAlarm = Boolean(ref row, field);
                    break;
                case "reference":
                    reference = String(ref row, field);
                    if (reference is not null && isOfTemplate)
                        Refuse(ref row, field, $"{row.Title} stands on a template and must have no \"{field}\": all objects would have one object's tag. Remove it, or give the object a row of its own");
                    break;
                case "as":
                    keptName = String(ref row, field);
                    break;
                case "class":
                    keptClass = String(ref row, field);
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        name = row.IsWrong("name") ? null : row.Name; // of two names none is known
        Require(ref row, name is not null, "name");
        Require(ref row, type is not null, "type");
        typeName ??= type is { } known ? GalaxyNames.DataTypes.NameOf(known) : null;
        Require(ref row, typeName is not null || type is null, "typeName");
        Require(ref row, category is not null, "category");
        Require(ref row, security is not null, "security");
        return row.IsBroken ? null : new SnapshotAttribute
        {
            Name = name!,
            DataType = type!.Value,
            DataTypeName = typeName!,
            IsArray = isArray,
            ArrayDimension = dimension ?? 0,
            ArrayDimensionPresent = isDimensionPresent,
            Category = category!.Value,
            Security = security!.Value,
            IsHistorized = isHistorized,
            IsAlarm = isAlarm,
            Reference = reference,
            KeptName = keptName,
            KeptClass = keptClass,
            Position = row.Position,
        };
    }

    private List<SnapshotChild> Children(ref Row owner)
    {
        var children = new List<SnapshotChild>();
        if (!BeginList(ref owner, "children"))
            return children;
        while (NextElement())
        {
            if (!Begin("child", out Row row))
                continue;
            string? template = null, keptName = null;
            while (NextField(ref row, out string field))
            {
                switch (field)
                {
                    case "name":
                        row.Name = String(ref row, field);
                        break;
                    case "template":
                        template = String(ref row, field);
                        break;
                    case "as":
                        keptName = String(ref row, field);
                        break;
                    default:
                        _json.Skip();
                        break;
                }
            }

            Require(ref row, row.Name is not null, "name");
            if (!row.IsBroken)
                children.Add(new SnapshotChild(row.Name!, template, keptName, row.Position));
        }

        return children;
    }

    private List<SnapshotGroup> Groups(ref Row owner)
    {
        var groups = new List<SnapshotGroup>();
        if (!BeginList(ref owner, "groups"))
            return groups;
        while (NextElement())
        {
            if (!Begin("group", out Row row))
                continue;
            string? keptName = null, keptClass = null;
            while (NextField(ref row, out string field))
            {
                switch (field)
                {
                    case "name":
                        row.Name = String(ref row, field);
                        break;
                    case "as":
                        keptName = String(ref row, field);
                        break;
                    case "class":
                        keptClass = String(ref row, field);
                        break;
                    default:
                        _json.Skip();
                        break;
                }
            }

            Require(ref row, row.Name is not null, "name");
            if (!row.IsBroken)
                groups.Add(new SnapshotGroup(row.Name!, keptName, keptClass, row.Position));
        }

        return groups;
    }

    private SnapshotTombstone? Tombstone()
    {
        if (!Begin("tombstone", out Row row))
            return null;
        string? owner = null, name = null, successor = null;
        while (NextField(ref row, out string field))
        {
            switch (field)
            {
                case "owner":
                    owner = String(ref row, field);
                    break;
                case "member":
                    row.Name = String(ref row, field);
                    break;
                case "name":
                    name = String(ref row, field);
                    break;
                case "successor":
                    successor = String(ref row, field);
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        Require(ref row, owner is not null, "owner");
        Require(ref row, row.Name is not null, "member");
        Require(ref row, name is not null, "name");
        return row.IsBroken ? null : new SnapshotTombstone(owner!, row.Name!, name!, successor, row.Position);
    }
}
