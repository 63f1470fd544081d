using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace MxGateway.Typed.Cli;

/// <summary>Options that mean the same for every command.</summary>
internal static class CommonOptions
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object on one line of stdout, for machines. Default: words." };

    /// <summary>Makes an empty value wrong usage: that is what a shell makes of a variable that is not set.</summary>
    /// <param name="option">The option.</param>
    /// <param name="advice">What to do, such as "name a file".</param>
    /// <returns>The option.</returns>
    public static Option<string> NotEmpty(this Option<string> option, string advice)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && string.IsNullOrWhiteSpace(value))
                result.AddError($"{option.Name} is empty; {advice}");
        });
        return option;
    }

    /// <summary>An option that takes a number, written the same way in every country.</summary>
    /// <param name="name">The option.</param>
    /// <param name="min">The least that it takes.</param>
    /// <param name="max">The most that it takes.</param>
    /// <param name="description">What it means, its range and its default.</param>
    /// <param name="helpName">What stands for the number in the help.</param>
    /// <returns>The option; null stands for one that was not given.</returns>
    public static Option<T?> Number<T>(string name, T min, T max, string description, string helpName)
        where T : struct, INumber<T> =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                // A number that is none (NaN) is in no range.
                if (T.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out T number) && number >= min && number <= max)
                    return number;
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a number from {min} to {max}"));
                return null;
            },
        };
}
