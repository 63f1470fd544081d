using System.ComponentModel;

namespace MxGateway.Typed;

/// <summary>
/// A plant: the generated root class derives from this and has the areas as members. Any number of plants may share one connection;
/// a plant that connected by itself closes its connection when it is disposed.
/// </summary>
public abstract class MxGalaxy : IAsyncDisposable
{
    private readonly MxObject?[] _objects;
    private bool _ownsConnection;

    /// <summary>For generated code.</summary>
    /// <param name="connection">The connection that the plant's attributes use.</param>
    /// <param name="table">The plant's objects.</param>
    protected MxGalaxy(MxGatewayConnection connection, MxGalaxyTable table)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Connection = connection;
        Table = table;
        _objects = new MxObject?[table.Count];
    }

    /// <summary>The connection that the plant's attributes use.</summary>
    public MxGatewayConnection Connection { get; }

    internal MxGalaxyTable Table { get; }

    /// <summary>Whether its subscriptions were ended. The subscriptions', under their lock.</summary>
    internal bool IsEnded { get; set; }

    /// <summary>The object of a tagname; upper and lower case do not matter, as in MXAccess.</summary>
    /// <param name="tagName">The tagname.</param>
    /// <exception cref="KeyNotFoundException">The snapshot has no such object.</exception>
    public MxObject this[string tagName]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(tagName);
            int row = Table.Find(tagName);
            return row >= 0
                ? ObjectAt(row)
                : throw new KeyNotFoundException($"the snapshot has no object '{tagName}'; check the name and the project's filter, or export the snapshot anew if the Galaxy has changed");
        }
    }

    /// <summary>All objects of a template and of the templates that derive from it, sorted by tagname (ordinal), found one by one as they are asked for.</summary>
    /// <typeparam name="T">The template's class; <see cref="MxObject"/> for every object.</typeparam>
    public IEnumerable<T> All<T>()
        where T : MxObject
    {
        var answers = new Dictionary<int, bool>();
        for (int row = 0; row < Table.Count; row++)
        {
            (int @class, bool isPassage) = Table.Class(row);
            if (isPassage)
                continue;
            if (!answers.TryGetValue(@class, out bool isOne))
                answers[@class] = isOne = typeof(T).IsAssignableFrom(ClassOf(@class));
            if (isOne)
                yield return (T)ObjectAt(row);
        }
    }

    /// <summary>
    /// The objects whose tagname matches a pattern, such as <c>Pump_*</c>, sorted by tagname (ordinal), found one by one as they are asked for.
    /// In the pattern <c>*</c> is any number of characters, none included, and <c>?</c> exactly one (UTF-16 unit); all else is itself, whatever its case, as in MXAccess.
    /// The whole tagname must match: an empty pattern finds nothing.
    /// </summary>
    /// <param name="pattern">The pattern.</param>
    public IEnumerable<MxObject> Find(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return Matching(new TagNamePattern(pattern));
    }

    /// <summary>Ends all subscriptions to the plant's tags; closes the connection, where the plant opened it. Never throws; may be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ownsConnection)
            await Connection.DisposeAsync().ConfigureAwait(false);
        else
            await Connection.EndSubscriptionsAsync(this).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>For generated code: connects, and makes a plant that owns its connection.</summary>
    /// <typeparam name="TGalaxy">The generated root class.</typeparam>
    /// <param name="options">Where and how to connect.</param>
    /// <param name="create">Makes the plant.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected static async Task<TGalaxy> ConnectAsync<TGalaxy>(MxGatewayOptions options, Func<MxGatewayConnection, TGalaxy> create, CancellationToken cancellationToken)
        where TGalaxy : MxGalaxy
    {
        MxGatewayConnection connection = await MxGatewayConnection.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            TGalaxy galaxy = create(connection);
            galaxy._ownsConnection = true;
            return galaxy;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>For generated code: the object of a row, as its class.</summary>
    /// <typeparam name="T">The object's class.</typeparam>
    /// <param name="row">The row.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected T Object<T>(int row)
        where T : MxObject => (T)ObjectAt(row);

    /// <summary>For generated code: makes an object of a class.</summary>
    /// <param name="class">The class's number in the table.</param>
    /// <param name="row">The object's row.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract MxObject CreateObject(int @class, int row);

    /// <summary>For generated code: the type of a class.</summary>
    /// <param name="class">The class's number in the table.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract Type ClassOf(int @class);

    internal MxObject ObjectAt(int row) =>
        _objects[row] ?? Interlocked.CompareExchange(ref _objects[row], CreateObject(Table.Class(row).Class, row), null) ?? _objects[row]!;

    /// <summary>The objects that were touched so far.</summary>
    internal IEnumerable<MxObject> TouchedObjects => _objects.OfType<MxObject>();

    /// <summary>The object of a row to be looked at once: where nobody has touched it yet, one that is forgotten.</summary>
    internal MxObject PassingObjectAt(int row) => _objects[row] ?? CreateObject(Table.Class(row).Class, row);

    private IEnumerable<MxObject> Matching(TagNamePattern pattern)
    {
        for (int row = 0; row < Table.Count; row++)
            if (!Table.Class(row).IsPassage && pattern.IsMatch(Table.TagName(row)))
                yield return ObjectAt(row);
    }
}
