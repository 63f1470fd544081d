using System.Globalization;
using System.Text;

namespace MxGateway.Typed.Fuzz;

/// <summary>One step of an input: what is done, to what, with which bytes. What the words mean is the target's.</summary>
/// <param name="Verb">What is done, such as <c>data</c>.</param>
/// <param name="Name">To what, such as a header's name; empty where the verb says all.</param>
/// <param name="Data">The bytes.</param>
internal sealed record FuzzStep(string Verb, string Name, byte[] Data)
{
    public FuzzStep(string verb, string name = "", string text = "")
        : this(verb, name, Encoding.Latin1.GetBytes(text))
    {
    }

    /// <summary>The bytes as a header has them.</summary>
    public string Text => Encoding.Latin1.GetString(Data);
}

/// <summary>
/// An input as a target plays it, step by step. It is kept as text, one step a line: <c>verb name hex</c>, with <c>-</c> for what is empty.
/// The bytes themselves are kept, not the seed that made them, so that an input stays what it was when the generators change.
/// </summary>
/// <param name="Target">The target's name.</param>
/// <param name="Steps">The steps in their order.</param>
internal sealed record FuzzInput(string Target, IReadOnlyList<FuzzStep> Steps)
{
    private const string Empty = "-";

    /// <summary>Reads the text form.</summary>
    public static FuzzInput Parse(string text)
    {
        string[] lines = [.. text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
        return new FuzzInput(lines[0], [.. lines.Skip(1).Select(Step)]);

        static FuzzStep Step(string line)
        {
            string[] words = line.Split(' ');
            return words.Length == 3
                ? new FuzzStep(words[0], words[1] == Empty ? "" : words[1], words[2] == Empty ? [] : Convert.FromHexString(words[2]))
                : throw new FormatException($"'{line}' is no step: it has a verb, a name and bytes in hex, {Empty} for what is empty");
        }
    }

    public IEnumerable<FuzzStep> All(string verb) => Steps.Where(step => step.Verb == verb);

    public FuzzStep? First(string verb) => Steps.FirstOrDefault(step => step.Verb == verb);

    /// <summary>All bytes of a verb's steps, one after the other.</summary>
    public byte[] Bytes(string verb) => [.. All(verb).SelectMany(step => step.Data)];

    public override string ToString()
    {
        var text = new StringBuilder().Append(Target).Append('\n');
        foreach (FuzzStep step in Steps)
            text.Append(CultureInfo.InvariantCulture, $"{step.Verb} {(step.Name.Length == 0 ? Empty : step.Name)} {(step.Data.Length == 0 ? Empty : Convert.ToHexStringLower(step.Data))}\n");
        return text.ToString();
    }
}
