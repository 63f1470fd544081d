namespace MxGateway.Typed;

/// <summary>One verification: asks the repository, and compares.</summary>
/// <param name="plant">The plant.</param>
/// <param name="wanted">The rows of the objects, and which of their attributes; null for all of an object's.</param>
/// <param name="progress">Told how far it is.</param>
internal sealed class Verifier(MxGalaxy plant, IReadOnlyDictionary<int, IReadOnlyList<MxTag>?> wanted, IProgress<MxVerifyProgress>? progress)
{
    // So many objects are asked for one by one; where there are more, it is quicker to read the hierarchy by its pages.
    private const int MaxAskedFor = 50;
    private const int MaxAttempts = 3;

    // An object of so many is told, of those that are read page by page.
    private const int ToldEach = 500;

    private readonly Dictionary<int, List<MxVerifiedMember>> _members = [];
    private int _attributes;

    public async Task<MxVerifyReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var repository = new GalaxyRepositoryClient(plant.Connection.Transport, plant.Connection.Options);
        MxStaleHierarchyException? stale = null;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            _members.Clear();
            _attributes = 0;
            DateTimeOffset? deployed = await repository.GetLastDeployTimeAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await (wanted.Count <= MaxAskedFor ? AskAsync(repository, cancellationToken) : ReadAsync(repository, cancellationToken)).ConfigureAwait(false);
                if (await repository.GetLastDeployTimeAsync(cancellationToken).ConfigureAwait(false) == deployed)
                    return Report(deployed);
            }
            catch (MxStaleHierarchyException e)
            {
                stale = e;
            }
        }

        throw new MxStaleHierarchyException(
            $"verifying the plant: the Galaxy at {plant.Connection.Options.Endpoint} was deployed anew each of the {MaxAttempts} times that it was looked at; "
            + "verify again when the deploys are over",
            stale);
    }

    private async Task AskAsync(GalaxyRepositoryClient repository, CancellationToken cancellationToken)
    {
        foreach (int row in wanted.Keys)
        {
            Compare(row, await repository.FindAsync(plant.Table.TagName(row), cancellationToken).ConfigureAwait(false));
            progress?.Report(new(_members.Count, wanted.Count));
        }
    }

    private async Task ReadAsync(GalaxyRepositoryClient repository, CancellationToken cancellationToken)
    {
        await foreach (MxGalaxyObject o in repository.EnumerateHierarchyAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            int row = plant.Table.Find(o.TagName);
            if (!wanted.ContainsKey(row) || _members.ContainsKey(row))
                continue;
            Compare(row, o);
            if (_members.Count % ToldEach == 0)
                progress?.Report(new(_members.Count, wanted.Count));
        }

        foreach (int row in wanted.Keys.Where(row => !_members.ContainsKey(row)))
            Compare(row, null);
        progress?.Report(new(_members.Count, wanted.Count));
    }

    private void Compare(int row, MxGalaxyObject? live)
    {
        string tagName = plant.Table.TagName(row);
        bool keepsAll = wanted[row] is not null;
        IReadOnlyList<MxTag> tags = wanted[row] ?? MxReading.TagsOf(plant.PassingObjectAt(row));
        var attributes = new LiveAttributes(live?.Attributes ?? []);
        IEnumerable<MxVerifiedMember> members = tags.Select(tag => live is null ? Gone(tagName, tag.Reference) : Compare(tag, tagName, attributes));
        MxVerifiedMember o = live is null ? Gone(tagName, tagName) : new() { TagName = tagName, Reference = tagName };
        _members[row] = [.. members.Prepend(o).Where(member => keepsAll || !member.IsAsExpected)];
        _attributes += tags.Count;
    }

    private static MxVerifiedMember Gone(string tagName, string reference) => new()
    {
        TagName = tagName,
        Reference = reference,
        Mismatch = MxMismatch.ObjectGone,
        Text = tagName == reference ? $"the Galaxy has no object {tagName}" : $"{reference}: the Galaxy has no object {tagName}",
    };

    private static MxVerifiedMember Compare(MxTag tag, string tagName, LiveAttributes attributes)
    {
        string name = tag.ReferencePrefix[(tagName.Length + 1)..];
        if (attributes.Find(name) is not { } live)
        {
            return new()
            {
                TagName = tagName,
                Reference = tag.Reference,
                Mismatch = MxMismatch.AttributeGone,
                Text = $"{tag.Reference}: {tagName} has no attribute {name} in the Galaxy",
            };
        }

        DeclaredAttribute said = DeclaredAttribute.Of(tag), actual = DeclaredAttribute.Of(live);
        MxMismatch mismatch = said.Differs(actual);

        // An array's reference is another one because it is an array.
        if (!mismatch.HasFlag(MxMismatch.Array) && !string.Equals(live.Reference, tag.Reference, StringComparison.OrdinalIgnoreCase))
            mismatch |= MxMismatch.Reference;
        string has = $"{actual.Words(live.DataTypeName)}{(mismatch.HasFlag(MxMismatch.Reference) ? $", with the reference {live.Reference}" : "")}";
        return new()
        {
            TagName = tagName,
            Reference = tag.Reference,
            Mismatch = mismatch,
            Actual = live,
            Text = mismatch == MxMismatch.None ? "" : $"{tag.Reference} is in the Galaxy {has}, and in the snapshot {said}",
        };
    }

    private MxVerifyReport Report(DateTimeOffset? deployed) => new(
        plant.Table.DeployTime, deployed, _members.Count, _attributes, [.. _members.OrderBy(members => members.Key).SelectMany(members => members.Value)]);

    /// <summary>An object's attributes by name: case does not matter to MXAccess, but where two differ by nothing else, each is found by its own.</summary>
    private sealed class LiveAttributes
    {
        private readonly Dictionary<string, MxGalaxyAttribute> _exact = new(StringComparer.Ordinal);
        private readonly Dictionary<string, MxGalaxyAttribute> _byName = new(StringComparer.OrdinalIgnoreCase);

        public LiveAttributes(IReadOnlyList<MxGalaxyAttribute> attributes)
        {
            foreach (MxGalaxyAttribute attribute in attributes)
            {
                _exact.TryAdd(attribute.Name, attribute);
                _byName.TryAdd(attribute.Name, attribute);
            }
        }

        public MxGalaxyAttribute? Find(string name) => _exact.GetValueOrDefault(name) ?? _byName.GetValueOrDefault(name);
    }
}
