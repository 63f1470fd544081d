using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MxGateway.Typed.EndToEnd.Tests.Harness;

/// <summary>A number in a .proto file: a field's or an enumeration value's.</summary>
/// <param name="Scope">The message or enumeration.</param>
/// <param name="Name">The field or value.</param>
/// <param name="Value">The number.</param>
/// <param name="IsConfirmed">Whether the contract marks it <c>[C]</c>: it is the gateway's own.</param>
/// <param name="Start">Where its digits stand in the file.</param>
/// <param name="Length">How many digits.</param>
public sealed record ProtoNumber(string Scope, string Name, int Value, bool IsConfirmed, int Start, int Length);

/// <summary>
/// The numbers of the contract's .proto files, and other files that differ in nothing but the numbers that are not confirmed.
/// A mark stands beside its number; "All numbers [C]" before a message is for the whole message; "29 [C]" in a comment by itself keeps 29 free.
/// </summary>
public static partial class ProtoNumbers
{
    private const string Mark = "[C]", MarkOfAll = "All numbers [C]";

    // Fields may not have these.
    private const int FirstReserved = 19_000, LastReserved = 19_999;

    /// <summary>All numbers of fields and enumeration values, in the file's order.</summary>
    public static IReadOnlyList<ProtoNumber> Of(string proto) => Read(proto).Numbers;

    /// <summary>
    /// The same file, where every number that is not confirmed is another one, unique in its message or enumeration.
    /// An enumeration's 0 stays: proto3 wants it.
    /// </summary>
    public static string Permute(string proto, Random random)
    {
        (List<ProtoNumber> numbers, ILookup<string, int> free) = Read(proto);
        var moved = new Dictionary<int, int>();
        foreach (IGrouping<string, ProtoNumber> scope in numbers.GroupBy(number => number.Scope))
        {
            ProtoNumber[] unconfirmed = [.. scope.Where(number => number is { IsConfirmed: false, Value: not 0 })];
            HashSet<int> taken = [.. scope.Select(number => number.Value), .. free[scope.Key]];
            int[] others = unconfirmed.Length == 1 ? [Fresh(taken, random)] : Deranged(unconfirmed, random);
            foreach ((ProtoNumber number, int other) in unconfirmed.Zip(others))
                moved.Add(number.Start, other);
        }

        var permuted = new StringBuilder(proto);
        foreach (ProtoNumber number in numbers.Where(number => moved.ContainsKey(number.Start)).Reverse())
            permuted.Remove(number.Start, number.Length).Insert(number.Start, moved[number.Start].ToString(CultureInfo.InvariantCulture));
        return permuted.ToString();
    }

    // Each takes the number of the next one in a random order: nobody keeps an own one, and a reader that goes by number finds another field.
    private static int[] Deranged(ProtoNumber[] numbers, Random random)
    {
        int[] order = [.. Enumerable.Range(0, numbers.Length)];
        random.Shuffle(order);
        var result = new int[numbers.Length];
        for (int i = 0; i < order.Length; i++)
            result[order[i]] = numbers[order[(i + 1) % order.Length]].Value;
        return result;
    }

    private static int Fresh(HashSet<int> taken, Random random)
    {
        while (true)
        {
            int number = random.Next(1, 2 * LastReserved);
            if (number is < FirstReserved or > LastReserved && !taken.Contains(number))
                return number;
        }
    }

    private static (List<ProtoNumber> Numbers, ILookup<string, int> Free) Read(string proto)
    {
        var numbers = new List<ProtoNumber>();
        var free = new List<(string Scope, int Number)>();
        string scope = "", comments = "";
        bool isAllConfirmed = false;
        int depth = 0, position = 0;
        foreach (string line in proto.Split('\n'))
        {
            int slashes = line.IndexOf("//", StringComparison.Ordinal);
            string code = slashes < 0 ? line : line[..slashes], comment = slashes < 0 ? "" : line[slashes..];
            if (depth == 0 && Opening().Match(code) is { Success: true } opening)
                (scope, isAllConfirmed) = (opening.Groups[1].Value, comments.Contains(MarkOfAll, StringComparison.Ordinal));
            foreach (Match number in Number().Matches(code))
            {
                Group digits = number.Groups[2];
                bool isConfirmed = isAllConfirmed || comment.Contains(Mark, StringComparison.Ordinal);
                int value = int.Parse(digits.Value, CultureInfo.InvariantCulture);
                numbers.Add(new(scope, number.Groups[1].Value, value, isConfirmed, position + digits.Index, digits.Length));
            }

            bool isComment = slashes >= 0 && string.IsNullOrWhiteSpace(code);
            if (isComment)
                free.AddRange(MarkedInText().Matches(comment).Select(match => (scope, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))));
            comments = isComment ? comments + comment : "";
            depth += code.Count(c => c == '{') - code.Count(c => c == '}');
            position += line.Length + 1;
        }

        return (numbers, free.ToLookup(entry => entry.Scope, entry => entry.Number));
    }

    [GeneratedRegex(@"^(?:message|enum) (\w+)")]
    private static partial Regex Opening();

    [GeneratedRegex(@"\b(\w+)\s*=\s*(\d+)\s*;")]
    private static partial Regex Number();

    [GeneratedRegex(@"(\d+) \[C\]")]
    private static partial Regex MarkedInText();
}
