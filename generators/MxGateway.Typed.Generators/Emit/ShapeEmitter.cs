using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Generators.Model;

namespace MxGateway.Typed.Generators.Emit;

/// <summary>The file of a class of attributes with members, or of a group of attributes, and of the record of its values.</summary>
internal static class ShapeEmitter
{
    public static SourceText Emit(ShapeModel model)
    {
        string name = model.Place.Name;
        var code = new CodeWriter(model.Place);
        code.Summary(model.Doc);
        code.Open($"{model.Place.Visibility} sealed partial class {name} : {model.Base}, Mx::IMxNode<{name}>, {ValuesEmitter.Interface}");
        code.Line($"private {name}(Mx::MxNodeContext context)");
        code.Line("    : base(context)");
        code.Line("{");
        code.Line("}");
        MemberEmitter.Emit(code, model.Members);
        MemberEmitter.EmitSlotCount(code, model.Members.Count);
        ValuesEmitter.EmitRead(code, name, model.Values);
        code.Line();
        code.Line($"static {name} Mx::IMxNode<{name}>.Create(Mx::MxNodeContext context) => new {name}(context);");
        code.Close();
        ValuesEmitter.EmitRecord(code, model.Place.Visibility, name, isBase: false, model.Values, model.Members);
        return code.ToSource();
    }
}
