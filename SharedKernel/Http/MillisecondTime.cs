using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Writes a time with its milliseconds, as events have them (mobieus 3.7). For members marked with it.</summary>
public sealed class MillisecondTime : JsonConverter<DateTime>
{
    /// <inheritdoc/>
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Times.TryParse(WireJson.ReadText(ref reader), out var time)
            ? time
            : throw new JsonException("must be a time in ISO 8601, such as 2026-01-31T09:30:00.250Z.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.TryFormat(text, out _, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text);
    }
}
