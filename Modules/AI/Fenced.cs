using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Helpdesk.AI;

/// <summary>
/// Data for a model, told apart from instructions: JSON objects, one on a line, within a tag whose name nobody can guess. Angle brackets are
/// escaped, so that no text ends the data, whatever it says.
/// </summary>
internal sealed class Fenced
{
    private static readonly JsonSerializerOptions Lines = new(WireJson.Options) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly StringBuilder _lines = new();

    /// <summary>The name of the tag: new for each question.</summary>
    public string Tag { get; } = "data-" + RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>The data within the tag.</summary>
    public string Text => $"<{Tag}>\n{_lines}</{Tag}>";

    /// <summary>Adds an object.</summary>
    /// <param name="name">What sort of object it is: its only member.</param>
    /// <param name="value">What is said of it.</param>
    public Fenced Add(string name, object value)
    {
        _lines.Append(JsonSerializer.Serialize(new Dictionary<string, object> { [name] = value }, Lines)).Append('\n');
        return this;
    }
}
