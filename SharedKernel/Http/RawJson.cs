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
        using var document = JsonDocument.ParseValue(ref reader);
        return new(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text, skipInputValidation: true);
}
