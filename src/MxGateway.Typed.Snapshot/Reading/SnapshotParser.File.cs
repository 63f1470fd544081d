using System.Text.Json;

namespace MxGateway.Typed.Snapshot;

internal ref partial struct SnapshotParser
{
    /// <summary>Reads the whole file into rows. What stands around the rows costs no row when it is wrong.</summary>
    /// <returns>Whether the file is a JSON object at all.</returns>
    /// <exception cref="JsonException">The file is no JSON.</exception>
    public bool ReadFile(ParsedRows rows)
    {
        _json.Read();
        if (!Begin("snapshot", out Row file))
            return false;
        while (NextName(out string field))
        {
            // Of a part that stands there again the rows are read all the same: each is held against the others.
            FirstTime(ref file, field);
            _json.Read();
            if (field == "format")
                Format(ref file, rows);
            else if (field == "tool")
                Tool(ref file, rows);
            else if (rows.ForeignFormat is null)
                ReadPart(ref file, field, rows);
            else
                _json.Skip();
        }

        _json.Read(); // refuses what stands after the snapshot
        foreach (string field in (string[])["format", "tool", "content", "templates", "objects"])
            Require(ref file, file.Has(field), field);
        return true;
    }

    private void ReadPart(ref Row file, string field, ParsedRows rows)
    {
        switch (field)
        {
            case "deployed":
                rows.DeployTime = DeployTime(ref file, field);
                break;
            case "filter":
                rows.Filter = Filter();
                break;
            case "content":
                rows.ContentHash = ContentHash(ref file, field);
                break;
            case "templates" when BeginList(ref file, field):
                while (NextElement())
                    if (Template(rows.BrokenTemplates) is { } template)
                        rows.Templates.Add(template);
                break;
            case "objects" when BeginList(ref file, field):
                while (NextElement())
                    if (Object(rows.BrokenTags) is { } @object)
                        rows.Objects.Add(@object);
                break;
            case "tombstones" when BeginList(ref file, field):
                while (NextElement())
                    if (Tombstone() is { } tombstone)
                        rows.Tombstones.Add(tombstone);
                break;
            default:
                _json.Skip();
                break;
        }
    }

    private void Format(ref Row file, ParsedRows rows)
    {
        SnapshotPosition position = Here();
        if (Integer(ref file, "format") is { } version and not GalaxySnapshot.CurrentFormatVersion)
            rows.ForeignFormat = new ParsedFormat(version, position);
    }

    private void Tool(ref Row file, ParsedRows rows) => (rows.ToolPosition, rows.ToolVersion) = (Here(), String(ref file, "tool"));

    private DateTimeOffset? DeployTime(ref Row file, string field)
    {
        SnapshotPosition position = Here();
        if (String(ref file, field) is not { } text)
            return null;
        if (SnapshotTime.Parse(text) is { } time)
            return time;
        _problems.Add(SnapshotProblemKind.InvalidRow, position, $"\"{field}\" must be a time in UTC such as 2026-11-02T06:15:00Z");
        return null;
    }

    private string? ContentHash(ref Row file, string field)
    {
        const string Algorithm = "sha256:";
        SnapshotPosition position = Here();
        if (String(ref file, field) is not { } text)
            return null;
        string hash = text.StartsWith(Algorithm, StringComparison.Ordinal) ? text.Substring(Algorithm.Length) : "";
        if (hash.Length == 64 && hash.All(digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f')))
            return hash;
        _problems.Add(SnapshotProblemKind.InvalidRow, position, $"\"{field}\" must be {Algorithm} and 64 hexadecimal digits in lower case");
        return null;
    }

    private SnapshotFilter Filter()
    {
        if (!Begin("filter", out Row row))
            return SnapshotFilter.None;
        string? root = null, glob = null;
        int? depth = null;
        List<int> categories = [];
        List<string> templates = [];
        bool alarmBearingOnly = false, historizedOnly = false;
        while (NextField(ref row, out string field))
        {
            switch (field)
            {
                case "rootTagName":
                    root = String(ref row, field);
                    break;
                case "maxDepth":
                    depth = Integer(ref row, field);
                    break;
                case "categoryIds":
                    categories = Integers(ref row, field);
                    break;
                case "templateChainContains":
                    templates = Strings(ref row, field);
                    break;
                case "tagNameGlob":
                    glob = String(ref row, field);
                    break;
                case "alarmBearingOnly":
                    alarmBearingOnly = Boolean(ref row, field);
                    break;
                case "historizedOnly":
                    historizedOnly = Boolean(ref row, field);
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        return new SnapshotFilter
        {
            RootTagName = root,
            MaxDepth = depth,
            CategoryIds = categories,
            TemplateChainContains = templates,
            TagNameGlob = glob,
            AlarmBearingOnly = alarmBearingOnly,
            HistorizedOnly = historizedOnly,
        };
    }
}
