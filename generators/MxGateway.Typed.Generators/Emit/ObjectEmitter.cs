using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Generators.Model;

namespace MxGateway.Typed.Generators.Emit;

/// <summary>The file of a template's class, or of the class of an object that differs from its template, and of the record of its values.</summary>
internal static class ObjectEmitter
{
    private const string OfObjects =
        "Contained objects are not read. The variable's class decides what is: through its template's class, an object gives that class's attributes only.";

    public static SourceText Emit(ObjectModel model)
    {
        var code = new CodeWriter(model.Place);
        code.Summary(model.Doc);
        string readable = model.Values is null ? "" : $", {ValuesEmitter.Interface}";
        code.Open($"{model.Place.Visibility} {(model.IsTemplate ? "" : "sealed ")}partial class {model.Place.Name} : {model.Base}{readable}");
        code.Line($"internal {model.Place.Name}(Mx::MxGalaxy galaxy, int row)");
        code.Line("    : base(galaxy, row)");
        code.Line("{");
        code.Line("}");
        MemberEmitter.Emit(code, model.Attributes);
        MemberEmitter.Emit(code, model.Children, "Child", takesName: true);
        if (model.Attributes.Count > 0)
            MemberEmitter.EmitSlotCount(code, model.SlotCount);
        EmitDifferences(code, model.Differences);
        if (model.Values is not null)
            ValuesEmitter.EmitRead(code, model.Place.Name, model.Values, OfObjects);
        code.Close();
        if (model.Values is not null)
            ValuesEmitter.EmitRecord(code, model.Place.Visibility, model.Place.Name, model.IsTemplate, model.Values, model.Attributes);
        return code.ToSource();
    }

    private static void EmitDifferences(CodeWriter code, EquatableArray<DifferenceModel> differences)
    {
        if (differences.Count == 0)
            return;
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("protected override string? Differs(int slot, string attribute) => (slot, attribute) switch");
        foreach (DifferenceModel difference in differences)
        {
            code.Line($"({difference.Slot}, {Literal.String(difference.Attribute)}) =>");
            int remedy = difference.Reason.LastIndexOf("; ", StringComparison.Ordinal) + 2; // it says what is, and what to do
            code.Line($"    {Literal.String(difference.Reason.Substring(0, remedy))}");
            code.Line($"    + {Literal.String(difference.Reason.Substring(remedy))},");
        }

        code.Line("_ => null,");
        code.Close("};");
    }
}
