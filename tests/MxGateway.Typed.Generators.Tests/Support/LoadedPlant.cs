using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace MxGateway.Typed.Generators.Tests;

/// <summary>Emitted code, compiled and loaded, and the plant made: what a user's program would hold in its hands. Nothing is connected, as nothing needs to be to walk a plant.</summary>
internal sealed class LoadedPlant : IDisposable
{
    private static readonly PropertyInfo s_fault = typeof(MxNode).GetProperty("Fault", BindingFlags.NonPublic | BindingFlags.Instance)!;

    private static readonly Func<MxNode, IReadOnlyList<MxTag>> s_tagsOf =
        typeof(MxReading).GetMethod("TagsOf", BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<Func<MxNode, IReadOnlyList<MxTag>>>();

    private readonly AssemblyLoadContext _context = new("consumer", isCollectible: true);

    public LoadedPlant(GeneratorOutcome outcome, string rootType = "Acme.Plant.PlantGalaxy")
    {
        using var image = new MemoryStream();
        Assert.True(outcome.Compilation.Emit(image).Success);
        image.Position = 0;
        Assembly = _context.LoadFromStream(image);
        Root = Make(Assembly, rootType);
    }

    /// <summary>The plant of an assembly that was built.</summary>
    public LoadedPlant(string assembly, string rootType)
    {
        using var image = new MemoryStream(File.ReadAllBytes(assembly)); // the file stays free to be deleted
        Assembly = _context.LoadFromStream(image);
        Root = Make(Assembly, rootType);
    }

    public Assembly Assembly { get; }

    public MxGalaxy Root { get; }

    /// <summary>Every object and attribute that can be reached through members, with the path of members that leads there.</summary>
    public IEnumerable<(string Path, MxNode Node)> Walk() => Walk(Root, "");

    /// <summary>The object or attribute at the end of a path of members.</summary>
    public object At(string path) => path.Split('.').Aggregate((object)Root, (node, member) => Members(node).Single(property => property.Name == member).GetValue(node)!);

    /// <summary>Why an attribute cannot be used as its type says; null where it can.</summary>
    public static string? FaultOf(MxNode node) => (string?)s_fault.GetValue(node);

    /// <summary>The attributes that an object, a group, or an attribute with members knows to be its own.</summary>
    public static IReadOnlyList<MxTag> TagsOf(MxNode node) => s_tagsOf(node);

    /// <summary>The attributes and groups that a class has as members: name and type.</summary>
    public static IEnumerable<(string Name, Type Type)> Attributes(Type type) =>
        Visible(type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => IsAttribute(property.PropertyType))
            .Select(property => (property.Name, property.PropertyType));

    /// <summary>The record that <c>ReadAllAsync</c> of a class gives; null where the class has no such method.</summary>
    public static Type? ValuesOf(Type type) =>
        Visible(type.GetMethods(BindingFlags.Public | BindingFlags.Instance)).SingleOrDefault(method => method.Name == "ReadAllAsync")?.ReturnType.GetGenericArguments()[0];

    /// <summary>The members of a record that it does not have from the runtime: name and type.</summary>
    public static IEnumerable<(string Name, Type Type)> Values(Type record) =>
        Visible(record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => property.DeclaringType!.Assembly != typeof(MxValues).Assembly)
            .Select(property => (property.Name, property.PropertyType));

    public void Dispose() => _context.Unload();

    private static MxGalaxy Make(Assembly assembly, string rootType) =>
        (MxGalaxy)Activator.CreateInstance(
            assembly.GetType(rootType, throwOnError: true)!,
            RuntimeHelpers.GetUninitializedObject(typeof(MxGatewayConnection)))!;

    private static IEnumerable<(string Path, MxNode Node)> Walk(object from, string path)
    {
        foreach (PropertyInfo property in Members(from))
        {
            MxNode node;
            try
            {
                node = (MxNode)property.GetValue(from)!;
            }
            catch (TargetInvocationException refused) when (refused.InnerException is MxGalaxyException)
            {
                continue; // a child that the template's other objects have, and this one not
            }

            // An attribute of the template that this object lacks is there, and says so when it is used.
            string here = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            yield return (here, node);
            foreach ((string, MxNode) below in Walk(node, here))
                yield return below;
        }
    }

    private static IEnumerable<PropertyInfo> Members(object node) =>
        Visible(node.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => typeof(MxNode).IsAssignableFrom(property.PropertyType) && property.GetIndexParameters().Length == 0);

    // Where a class declares a member again, the base's is hidden, as it is to a user.
    private static IEnumerable<T> Visible<T>(IEnumerable<T> members)
        where T : MemberInfo => members.GroupBy(member => member.Name).Select(same => same.MaxBy(member => Depth(member.DeclaringType!))!);

    private static bool IsAttribute(Type type) => typeof(MxTag).IsAssignableFrom(type) || typeof(MxAttributeGroup).IsAssignableFrom(type);

    private static int Depth(Type type) => type.BaseType is null ? 0 : Depth(type.BaseType) + 1;
}
