using System.Text.Json;
using System.Text.Json.Serialization;

namespace Helpdesk.SharedKernel.Http;

/// <summary>A JSON text as the database keeps it, written into a reply without being read.</summary>
/// <param name="Text">The text; must be valid JSON.</param>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(string Text)
{
    /// <summary>An object without members.</summary>
    public static readonly RawJson EmptyObject = new("{}");
}

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // The database keeps neither NUL nor half of a surrogate pair, in values as in names.
        for (var ahead = reader; ;)
        {
            if (ahead.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                WireJson.ReadText(ref ahead);
            if (ahead.CurrentDepth == reader.CurrentDepth && ahead.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                break;
            ahead.Read();
        }

        using var document = JsonDocument.ParseValue(ref reader);
        return new(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text, skipInputValidation: true);
}
