using System.Globalization;
using System.Text.Json;

namespace Helpdesk.SharedKernel.Http;

/// <summary>
/// A reply that writes itself as JSON, member by member: for the few that are answered most, where the general writer takes a quarter of a
/// request's time. Must write exactly what <see cref="WireJson.Options"/> would.
/// </summary>
public interface IWritesJson
{
    /// <summary>Writes the value.</summary>
    void WriteTo(Utf8JsonWriter json);
}

/// <summary>Members of replies that write themselves.</summary>
public static class JsonWriting
{
    /// <summary>A text, or null.</summary>
    public static void Text(this Utf8JsonWriter json, JsonEncodedText name, string? value) => json.WriteString(name, value);

    /// <summary>A number.</summary>
    public static void Number(this Utf8JsonWriter json, JsonEncodedText name, long value) => json.WriteNumber(name, value);

    /// <summary>The name of an enum's value.</summary>
    public static void Name<T>(this Utf8JsonWriter json, JsonEncodedText name, T value) where T : struct, Enum =>
        json.WriteString(name, WireName<T>.EncodedOf(value));

    /// <summary>A time in UTC to the second, or null.</summary>
    public static void Time(this Utf8JsonWriter json, JsonEncodedText name, DateTime? value)
    {
        if (value is not { } time)
        {
            json.WriteNull(name);
            return;
        }

        json.WritePropertyName(name);
        WriteTime(json, time);
    }

    /// <summary>A JSON text as it is, or null.</summary>
    public static void Raw(this Utf8JsonWriter json, JsonEncodedText name, RawJson? value)
    {
        if (value is not { } raw)
        {
            json.WriteNull(name);
            return;
        }

        json.WritePropertyName(name);
        json.WriteRawValue(raw.Text, skipInputValidation: true);
    }

    internal static void WriteTime(Utf8JsonWriter json, DateTime time)
    {
        // "s" is a format that the runtime writes without reading a pattern; a page of a list has hundreds of times.
        Span<byte> text = stackalloc byte[22];
        time.TryFormat(text[1..], out _, "s", CultureInfo.InvariantCulture);
        text[0] = text[21] = (byte)'"';
        text[20] = (byte)'Z';
        json.WriteRawValue(text, skipInputValidation: true);
    }
}
