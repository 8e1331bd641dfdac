using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Marks a text of one line: white space around it is cut off, line breaks and tabs within become single spaces.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class SingleLineAttribute : Attribute;

/// <summary>How JSON is read and written: snake case, UTC times to the second, strict types, no deeper than 32 levels.</summary>
public static class WireJson
{
    /// <summary>The options for requests, replies and the event log.</summary>
    public static readonly JsonSerializerOptions Options = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = 32,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { ApplyAttributes } },
            Converters = { new TextConverter(), new TimeConverter(), new EnumConverterFactory() },
        };
        options.MakeReadOnly();
        return options;
    }

    private static void ApplyAttributes(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
            return;
        var parameters = info.Type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length)
            .FirstOrDefault()?.GetParameters() ?? [];
        foreach (var property in info.Properties)
        {
            if (property.AttributeProvider is not MemberInfo member)
                continue;
            var parameter = Array.Find(parameters, candidate => candidate.Name == member.Name);
            if (Has<SingleLineAttribute>(member, parameter))
                property.CustomConverter = property.PropertyType == typeof(string) ? new SingleLineConverter() : new OptionalSingleLineConverter();
            else if (Has<FromRouteAttribute>(member, parameter))
                property.CustomConverter = (JsonConverter)Activator.CreateInstance(typeof(SkipConverter<>).MakeGenericType(property.PropertyType))!;
        }
    }

    private static bool Has<T>(MemberInfo member, ParameterInfo? parameter) where T : Attribute =>
        member.IsDefined(typeof(T), true) || parameter?.IsDefined(typeof(T), true) == true;

    /// <summary>A string as the database can keep it.</summary>
    internal static string ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            throw new JsonException("must be a string.");
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("must not contain half of a surrogate pair.");
        }

        return text.Contains('\0') ? throw new JsonException("must not contain a NUL character.") : text;
    }

    /// <summary>Text as the database can keep it: PostgreSQL has no NUL character.</summary>
    private sealed class TextConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ReadText(ref reader);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value);
    }

    private sealed class SingleLineConverter : JsonConverter<string?>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            OneLine(ReadText(ref reader));

        public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    private sealed class OptionalSingleLineConverter : JsonConverter<Requests.Optional<string?>>
    {
        public override Requests.Optional<string?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.TokenType == JsonTokenType.Null ? null : OneLine(ReadText(ref reader)));

        public override void Write(Utf8JsonWriter writer, Requests.Optional<string?> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }

    /// <summary>A member that the route gives: whatever the body says there is passed over.</summary>
    private sealed class SkipConverter<T> : JsonConverter<T>
    {
        public override bool HandleNull => true;

        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Skip();
            return default;
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNullValue();
    }

    private sealed class TimeConverter : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Times.TryParse(ReadText(ref reader), out var time)
                ? time
                : throw new JsonException("must be a time in ISO 8601, such as 2026-01-31T09:30:00Z.");

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => JsonWriting.WriteTime(writer, value);
    }

    private sealed class EnumConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(EnumConverter<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class EnumConverter<T> : JsonConverter<T> where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && WireName<T>.TryParse(ReadText(ref reader), out var value)
                ? value
                : throw new JsonException(WireName<T>.Wanted);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(WireName<T>.EncodedOf(value));
    }

    /// <summary>The text without white space around it, line breaks and tabs within as single spaces.</summary>
    public static string OneLine(string text)
    {
        text = text.Trim();
        if (text.AsSpan().IndexOfAny('\r', '\n', '\t') < 0)
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is not ('\r' or '\n' or '\t'))
                line.Append(c);
            else if (line[^1] != ' ')
                line.Append(' ');
        }

        return line.ToString();
    }
}

/// <summary>The names of an enum's values on the wire: snake case.</summary>
/// <typeparam name="T">The enum.</typeparam>
public static class WireName<T> where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values =
        Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static readonly Dictionary<T, string> Texts = Values.ToDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly Dictionary<T, JsonEncodedText> Encoded =
        Values.ToDictionary(pair => pair.Value, pair => JsonEncodedText.Encode(pair.Key));

    /// <summary>All names, in the order of the values.</summary>
    public static IReadOnlyCollection<string> All => Values.Keys;

    /// <summary>What to say of a value that is none of them.</summary>
    public static string Wanted => $"must be one of {string.Join(", ", Values.Keys)}.";

    /// <summary>The name of a value.</summary>
    public static string Of(T value) => Texts[value];

    /// <summary>The name of a value, as JSON holds it.</summary>
    internal static JsonEncodedText EncodedOf(T value) => Encoded[value];

    /// <summary>The value of a name; letter case counts.</summary>
    public static bool TryParse(string text, out T value) => Values.TryGetValue(text, out value);
}

/// <summary>Times as clients write them.</summary>
public static class Times
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Reads ISO 8601, in UTC where no offset is given.</summary>
    public static bool TryParse(string text, out DateTime time)
    {
        var isTime = DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant);
        time = instant.UtcDateTime;
        return isTime;
    }
}
