using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Generators.Model;

namespace MxGateway.Typed.Generators.Emit;

/// <summary>The file of the plant's class.</summary>
internal static class RootEmitter
{
    public static SourceText Emit(RootModel model)
    {
        string name = model.Place.Name;
        var code = new CodeWriter(model.Place);
        code.Summary(model.Doc);
        code.Open($"{model.Place.Visibility} sealed partial class {name} : Mx::MxGalaxy");

        code.Line("/// <summary>The plant on a connection that stays the caller's.</summary>");
        code.Line("/// <param name=\"connection\">The connection.</param>");
        code.Line($"public {name}(Mx::MxGatewayConnection connection)");
        code.Line("    : base(connection, s_table)");
        code.Line("{");
        code.Line("}");
        MemberEmitter.Emit(code, model.Members, "Object", takesName: false);

        code.Line();
        code.Line("/// <summary>Connects; the connection is closed with the plant.</summary>");
        code.Line("/// <param name=\"options\">Where and how to connect.</param>");
        code.Line("/// <param name=\"cancellationToken\">Gives up connecting.</param>");
        code.Line(
            $"public static global::System.Threading.Tasks.Task<{name}> ConnectAsync(Mx::MxGatewayOptions options, "
            + "global::System.Threading.CancellationToken cancellationToken = default) =>");
        code.Line($"    ConnectAsync(options, static connection => new {name}(connection), cancellationToken);");

        EmitSwitch(code, "Mx::MxObject CreateObject(int @class, int row)", model.Classes, static type => $"new {type}(this, row)");
        EmitSwitch(code, "global::System.Type ClassOf(int @class)", model.Classes, static type => $"typeof({type})");
        code.Close();
        return code.ToSource();
    }

    private static void EmitSwitch(CodeWriter code, string signature, EquatableArray<string> classes, Func<string, string> value)
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open($"protected override {signature} => @class switch");
        for (int i = 0; i < classes.Count; i++)
            code.Line($"{i} => {value(classes[i])},");
        code.Line("_ => throw new global::System.ArgumentOutOfRangeException(nameof(@class)),");
        code.Close("};");
    }
}
