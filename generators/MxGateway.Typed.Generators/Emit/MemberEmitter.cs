using MxGateway.Typed.Generators.Model;

namespace MxGateway.Typed.Generators.Emit;

/// <summary>Members that objects, attributes and plants have alike: one line each.</summary>
internal static class MemberEmitter
{
    public static void Emit(CodeWriter code, IEnumerable<AttributeModel> attributes)
    {
        foreach (AttributeModel attribute in attributes)
        {
            string reference = attribute.Reference is null ? "" : $", {Literal.String(attribute.Reference)}";
            code.Line();
            code.Summary(attribute.Doc);
            code.Line($"public {(attribute.Hides ? "new " : "")}{attribute.Type} {attribute.Identifier} => Attribute<{attribute.Type}>({attribute.Slot}, {Literal.String(attribute.Name)}{reference});");
        }
    }

    /// <param name="code">Where to.</param>
    /// <param name="children">The members.</param>
    /// <param name="method">The inherited method that finds the object.</param>
    /// <param name="takesName">Whether the method wants the Galaxy's name too.</param>
    public static void Emit(CodeWriter code, IEnumerable<ChildModel> children, string method, bool takesName)
    {
        foreach (ChildModel child in children)
        {
            string name = takesName ? $", {Literal.String(child.Name)}" : "";
            code.Line();
            code.Summary(child.Doc);
            code.Line($"public {(child.Hides ? "new " : "")}{child.Type} {child.Identifier} => {method}<{child.Type}>({child.Slot}{name});");
        }
    }

    public static void EmitSlotCount(CodeWriter code, int count)
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override int SlotCount => {count};");
    }
}
