using MxGateway.Typed.Generators.Model;

namespace MxGateway.Typed.Generators.Emit;

/// <summary>The record of a class's values, and the method that reads it.</summary>
internal static class ValuesEmitter
{
    /// <summary>What a class with a record implements besides.</summary>
    public const string Interface = "Mx::IMxReadable";

    /// <summary>Writes the method, inside the class, and the way to learn which tags it reads.</summary>
    /// <param name="code">Takes the lines.</param>
    /// <param name="type">The class.</param>
    /// <param name="values">The record.</param>
    /// <param name="remarks">What there is to know besides; null for nothing.</param>
    public static void EmitRead(CodeWriter code, string type, ValuesModel values, string? remarks = null)
    {
        code.Line();
        code.Summary("Reads all attributes together: advised ones give their last sample, the others are read in one go.");
        if (remarks is not null)
            code.Line($"/// <remarks>{remarks}</remarks>");
        code.Line("/// <param name=\"cancellationToken\">Stops the wait.</param>");
        string returns = $"{(values.Hides ? "new " : "")}global::System.Threading.Tasks.Task<{values.Name}>";
        code.Line($"public {returns} ReadAllAsync(global::System.Threading.CancellationToken cancellationToken = default) =>");
        code.Line($"    Mx::MxReading.ReadAllAsync<{type}, {values.Name}>(this, cancellationToken);");
        code.Line();
        code.Line($"void {Interface}.Want(Mx::MxReading reading) => reading.Want<{type}, {values.Name}>(this);");
    }

    /// <summary>Writes the record, behind the class.</summary>
    public static void EmitRecord(CodeWriter code, string visibility, string type, bool isBase, ValuesModel values, EquatableArray<AttributeModel> attributes)
    {
        code.Line();
        code.Summary($"What <c>ReadAllAsync</c> of <c>{type}</c> gives.");
        code.Open(
            $"{visibility} {(isBase ? "" : "sealed ")}partial record {values.Name} : "
            + $"{values.Base ?? "Mx::MxValues"}, Mx::IMxValues<{type}, {values.Name}>");
        code.Line($"private {(isBase ? "protected " : "")}{values.Name}({type} node, Mx::MxReading reading)");
        if (values.Base is not null)
            code.Line("    : base(node, reading)");
        code.Open();
        foreach (AttributeModel attribute in attributes)
        {
            string types = attribute.HasValues ? $"{attribute.Type}, {attribute.Values}" : ValueType(attribute.Values);
            code.Line($"{Target(attribute.Identifier)} = reading.Of<{types}>(node.{attribute.Identifier});");
        }

        code.Close();
        foreach (AttributeModel attribute in attributes)
        {
            code.Line();
            code.Line($"/// <inheritdoc cref=\"{type}.{attribute.Identifier}\"/>");
            code.Line($"public {(attribute.Hides ? "new " : "")}{attribute.Values} {attribute.Identifier} {{ get; }}");
        }

        code.Line();
        code.Line($"static {values.Name} Mx::IMxValues<{type}, {values.Name}>.Create({type} node, Mx::MxReading reading) => new {values.Name}(node, reading);");
        code.Close();
    }

    // The value's type of a sample's. Written out, as the compiler would find it out for each attribute of a plant, which takes it seconds.
    private static string ValueType(string sample)
    {
        int start = sample.IndexOf('<') + 1;
        return sample.Substring(start, sample.Length - start - 1);
    }

    // A member of a parameter's name.
    private static string Target(string identifier) => identifier is "node" or "reading" ? $"this.{identifier}" : identifier;
}
