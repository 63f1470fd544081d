extern alias Runtime;

using System.Globalization;
using System.Text;
using Runtime::MxGateway.Typed;

namespace MxGateway.Typed.Benchmarks;

/// <summary>The plant of <see cref="LoadPlant"/> as the generator would emit it: 100 attributes an object.</summary>
internal sealed class TagPlant(MxGatewayConnection connection) : MxGalaxy(connection, new MxGalaxyTable(() => s_rows))
{
    public const int PerObject = 100;
    public const int Objects = 1_000;

    private static readonly byte[] s_rows = [.. Enumerable.Range(0, Objects).SelectMany(row => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Load_{row:000}|0|\n")))];

    /// <summary>The first tags of the plant.</summary>
    public IEnumerable<MxTag> Tags(int count) => Enumerable.Range(0, count).Select(i => Object<Load>(i / PerObject)[i % PerObject]);

    protected override MxObject CreateObject(int @class, int row) => new Load(this, row);

    protected override Type ClassOf(int @class) => typeof(Load);

    private sealed class Load(MxGalaxy galaxy, int row) : MxObject(galaxy, row)
    {
        private static readonly string[] s_names = [.. Enumerable.Range(0, PerObject).Select(i => string.Create(CultureInfo.InvariantCulture, $"A{i:0000}"))];

        // The mix of LoadPlant: 50 % float, 25 % bool, 15 % int, 10 % string.
        public MxTag this[int item] => (item % 20) switch
        {
            < 10 => Attribute<MxAttribute<float>>(item, s_names[item]),
            < 15 => Attribute<MxAttribute<bool>>(item, s_names[item]),
            < 18 => Attribute<MxAttribute<int>>(item, s_names[item]),
            _ => Attribute<MxStringAttribute>(item, s_names[item]),
        };

        protected override int SlotCount => PerObject;
    }
}
