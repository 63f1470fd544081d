using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MxGateway.Contracts.Proto.Galaxy;
using MxGateway.Typed.Simulator;
using MxGateway.Typed.Simulator.Galaxy;
using MxGateway.Typed.Simulator.Rules;
using MxGateway.Typed.Snapshot;
using MxGateway.Typed.Snapshot.Tests;
using MxGateway.Typed.TestSupport;

namespace MxGateway.Typed.Cli.Tests;

public sealed class RandomGalaxyTests
{
    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    [Fact]
    public void A_hundred_galaxies_give_the_same_file_whatever_the_pages_and_their_order_and_nothing_is_lost() =>
        Prop.ForAll(Galaxies.Any(), galaxy => Task.Run(() => CheckAsync(galaxy)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(20261102, 7));

    [Fact]
    public void Every_field_of_the_repositorys_messages_gets_into_the_file_and_out_again()
    {
        var message = (GalaxyObject)Filled(GalaxyObject.Descriptor, 1);

        using var file = new MemoryStream();
        SnapshotWriter.Write(SnapshotBuilder.Build([message.ToRepositoryObject()], "0.1", null, SnapshotFilter.None), file);

        Assert.Equal([message], Messages(file.ToArray()));
    }

    private static async Task CheckAsync(Galaxy galaxy)
    {
        using var folder = new TestFolder();
        RepositoryObject[] source = [.. galaxy.Objects.Where(IsUnicode)];
        GalaxyObject[] messages = [.. source.Select(Sorted)];
        GalaxySnapshot snapshot = SnapshotBuilder.Build(source, "0.1", DateTimeOffset.UnixEpoch, SnapshotFilter.None);
        await using GatewaySimulator simulator = await GatewaySimulator.StartAsync(snapshot);
        await using HierarchyServer shuffled = await HierarchyServer.StartAsync();
        shuffled.DeployTime = () => DateTimeOffset.UnixEpoch;
        var random = new System.Random(source.Length);

        List<byte[]> files = [];
        foreach (int pageSize in (int[])[1, 7, 500])
        {
            files.Add(await ExportAsync(["--endpoint", simulator.Endpoint.AbsoluteUri, "--api-key", simulator.GeneratedKey!], pageSize));
            shuffled.Objects = [.. Shuffled(messages, random)];
            files.Add(await ExportAsync(shuffled.Connection, pageSize));
        }

        Assert.All(files, file => Assert.Equal(files[0], file));
        Assert.Equal(messages.ToHashSet(), Messages(files[0]).ToHashSet());

        async Task<byte[]> ExportAsync(IEnumerable<string> connection, int pageSize)
        {
            string output = folder[$"{files.Count}.json"];
            ProcessResult result = await Tool.RunAsync(["export", .. connection, "--output", output, "--page-size", $"{pageSize}"]);
            Assert.True(result.ExitCode == ExitCodes.Done, result.ToString());
            return File.ReadAllBytes(output);
        }
    }

    private static IEnumerable<GalaxyObject> Messages(byte[] file)
    {
        SnapshotReadResult read = SnapshotReader.Read(file);
        Assert.Empty(read.Problems);
        return [.. SnapshotExpander.Expand(read.Snapshot!).Select(Sorted)];
    }

    // The order of attributes says nothing.
    private static GalaxyObject Sorted(RepositoryObject o)
    {
        var galaxy = new GalaxyModel(SnapshotBuilder.Build([], "0.1", deployTime: null, SnapshotFilter.None), deployTime: null, GatewayRules.All);
        GalaxyObject message = galaxy.ToMessage(o, withAttributes: true);
        GalaxyAttribute[] attributes = [.. message.Attributes.OrderBy(a => a.AttributeName, StringComparer.Ordinal)];
        message.Attributes.Clear();
        message.Attributes.Add(attributes);
        return message;
    }

    private static IEnumerable<GalaxyObject> Shuffled(IEnumerable<GalaxyObject> messages, System.Random random)
    {
        GalaxyObject[] objects = [.. messages.Select(message => message.Clone())];
        random.Shuffle(objects);
        foreach (GalaxyObject o in objects)
        {
            GalaxyAttribute[] attributes = [.. o.Attributes];
            random.Shuffle(attributes);
            o.Attributes.Clear();
            o.Attributes.Add(attributes);
        }

        return objects;
    }

    /// <summary>Whether all texts can travel: half a surrogate pair is no UTF-8, and no protobuf.</summary>
    private static bool IsUnicode(RepositoryObject o)
    {
        try
        {
            s_strictUtf8.GetByteCount(string.Concat(
                [o.TagName, "|", o.ContainedName, "|", o.BrowseName, "|", .. o.TemplateChain.Select(name => name + "|"), .. o.Attributes.Select(a => $"{a.AttributeName}|{a.FullTagReference}|{a.DataTypeName}|")]));
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>A message all of whose fields, as the .proto file has them, are set, each to another value.</summary>
    private static IMessage Filled(MessageDescriptor type, int seed)
    {
        IMessage message = type.Parser.ParseFrom([]);
        foreach ((int index, FieldDescriptor field) in type.Fields.InDeclarationOrder().Index())
        {
            object value = field.FieldType switch
            {
                FieldType.Int32 => seed * 100 + index,
                FieldType.String => $"{field.Name} {seed}",
                FieldType.Bool => true,
                FieldType.Message => Filled(field.MessageType, seed + 1),
                FieldType other => throw new InvalidOperationException($"{field.FullName} is a {other}: the snapshot does not know such a field"),
            };
            if (field.IsRepeated)
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
            else
                field.Accessor.SetValue(message, value);
        }

        return message;
    }
}
