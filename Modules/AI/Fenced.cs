using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Helpdesk.AI;

/// <summary>
/// Data for a model, told apart from instructions: JSON objects, one on a line, within a tag whose name nobody can guess. Angle brackets are
/// escaped, so that no text ends the data, whatever it says. Nothing else is, beyond what JSON wants: an escape is several tokens.
/// </summary>
internal sealed partial class Fenced
{
    // What takes the place of what was left out has a few tokens, too.
    private const int Mark = 20;
    private const int PairOfEscapes = 12;

    private readonly StringBuilder _lines = new();

    /// <summary>The name of the tag: new for each question.</summary>
    public string Tag { get; } = "data-" + RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>The data within the tag.</summary>
    public string Text => $"<{Tag}>\n{_lines}</{Tag}>";

    /// <summary>Adds an object.</summary>
    /// <param name="name">What sort of object it is: its only member.</param>
    /// <param name="value">What is said of it.</param>
    public Fenced Add(string name, object value) => Add(Line(name, value));

    /// <summary>Adds a line that <see cref="Line"/> made.</summary>
    public Fenced Add(string line)
    {
        _lines.Append(line).Append('\n');
        return this;
    }

    /// <summary>The line of an object, as the model reads it and pays for it.</summary>
    public static string Line(string name, object value) => Escaped(new Dictionary<string, object> { [name] = value });

    /// <summary>The text where it fits as the model reads it; else its beginning and its end, with a mark between them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most tokens of what is kept, without the mark.</param>
    public static string Fit(string text, int most)
    {
        var (fitted, size, budget) = (text, Tokens.Of(Escaped(text)), most);
        while (size > most + (ReferenceEquals(fitted, text) ? 0 : Mark) && budget > 0)
        {
            // At first as if nothing were escaped, then in the proportion of what is.
            fitted = Tokens.Fit(text, budget);
            size = Tokens.Of(Escaped(fitted));
            budget = Math.Min(budget - 1, (int)((long)budget * most / size));
        }

        return fitted;
    }

    /// <summary>The JSON where it fits; else its text, cut.</summary>
    /// <param name="json">A JSON text.</param>
    /// <param name="most">The most tokens of what is kept.</param>
    public static object FitJson(string json, int most)
    {
        var value = JsonSerializer.Deserialize<JsonElement>(json);
        return Tokens.Of(Escaped(value)) <= most ? value : Fit(json, most);
    }

    private static string Escaped<T>(T value) => Escape().Replace(JsonSerializer.Serialize(value, WireJson.Options), escape => Unescaped(escape.Value))
        .Replace("<", "\\u003C", StringComparison.Ordinal).Replace(">", "\\u003E", StringComparison.Ordinal);

    /// <summary>The character that a pair of escapes stands for, such as an emoji, unless nobody could see it.</summary>
    private static string Unescaped(string escape)
    {
        if (escape.Length != PairOfEscapes)
            return escape;
        var rune = new Rune((char)Convert.ToUInt16(escape[2..6], 16), (char)Convert.ToUInt16(escape[8..], 16));
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse ? escape : rune.ToString();
    }

    // Every escape, so that a backslash which is escaped itself begins none; of a character beyond the first 65,536 both halves.
    [GeneratedRegex(@"\\(?:u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|.)")]
    private static partial Regex Escape();
}
