using Microsoft.CodeAnalysis.Text;
using MxGateway.Typed.Generators.Model;

namespace MxGateway.Typed.Generators.Emit;

/// <summary>The file of the plant's table: a line for each object.</summary>
internal static class TableEmitter
{
    public static SourceText Emit(TableModel model)
    {
        var code = new CodeWriter(model.Place);
        code.Open($"partial class {model.Place.Name}");
        code.Line("// tagname|class|rows of the children; ~ marks an object that only leads to others");
        code.Line("private static readonly Mx::MxGalaxyTable s_table = new Mx::MxGalaxyTable(static () => \"\"\"");
        code.Verbatim(model.Lines);
        code.Verbatim(model.Deployed is null ? "\"\"\"u8);" : $"\"\"\"u8, {Literal.String(model.Deployed)});");
        code.Close();
        return code.ToSource();
    }
}
