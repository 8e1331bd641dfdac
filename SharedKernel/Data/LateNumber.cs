using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// A number that only the database can give (a ticket's, drawn in the writing transaction), standing in a reply before it is known. Until
/// the commit it is written as a token that no caller can guess; <see cref="FillIn(string)"/> puts the number in its place. So the reply can be
/// stored by the very transaction that draws the number, without a second round trip.
/// </summary>
public sealed class LateNumber
{
    /// <summary>The statement that draws the number answers with one column of this name.</summary>
    public const string Column = "late_number";

    private readonly string _token;
    private int? _value;

    internal LateNumber(string counter, string requestId) => (Counter, _token) = (counter, requestId);

    /// <summary>The counter that the number is drawn from.</summary>
    internal string Counter { get; }

    /// <summary>The number. Throws before the commit.</summary>
    public int Value => _value ?? throw new InvalidOperationException("The number is known only after the commit.");

    /// <summary>Prefix and number, padded with zeros to at least <paramref name="digits"/>; the token while the number is not known.</summary>
    public string Format(string prefix, int digits) =>
        _value is { } value ? prefix + value.ToString("D" + digits, CultureInfo.InvariantCulture) : $"{prefix}~{_token}:{digits}~";

    /// <summary>Puts the number into a text that <see cref="Format"/> wrote before it was known.</summary>
    internal string FillIn(string text) => FillIn(text, _token, Value);

    internal static string FillIn(string text, string token, int number)
    {
        var start = "~" + token + ":";
        var filled = new StringBuilder(text.Length);
        var from = 0;
        for (var at = text.IndexOf(start, StringComparison.Ordinal); at >= 0; at = text.IndexOf(start, from, StringComparison.Ordinal))
        {
            var end = text.IndexOf('~', at + start.Length);
            var digits = text[(at + start.Length)..end];
            filled.Append(text, from, at - from).Append(number.ToString("D" + digits, CultureInfo.InvariantCulture));
            from = end + 1;
        }

        return filled.Append(text, from, text.Length - from).ToString();
    }

    internal void Fill(int value) => _value = value;
}

/// <summary>A text of a reply that holds a <see cref="LateNumber"/>: written in JSON as the string that it is by then.</summary>
[JsonConverter(typeof(LateTextConverter))]
public readonly record struct LateText
{
    private readonly string? _text;
    private readonly LateNumber? _number;
    private readonly int _digits;

    /// <summary>A text that is known.</summary>
    public LateText(string text) => _text = text;

    /// <summary>Prefix and number, padded with zeros to at least <paramref name="digits"/>.</summary>
    public LateText(string prefix, LateNumber number, int digits) => (_text, _number, _digits) = (prefix, number, digits);

    /// <summary>The text, as far as it is known.</summary>
    public override string ToString() => _number is null ? _text ?? "" : _number.Format(_text!, _digits);
}

internal sealed class LateTextConverter : JsonConverter<LateText>
{
    public override LateText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, LateText value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A number of a reply that may be a <see cref="LateNumber"/>: written in JSON as the number that it is by then.</summary>
[JsonConverter(typeof(LateIntConverter))]
public readonly record struct LateInt
{
    private readonly int _value;
    private readonly LateNumber? _number;

    /// <summary>A number that is known.</summary>
    public LateInt(int value) => _value = value;

    /// <summary>A number that the commit brings.</summary>
    public LateInt(LateNumber number) => _number = number;

    /// <summary>The digits, as far as they are known.</summary>
    public override string ToString() => _number?.Format("", 1) ?? _value.ToString(CultureInfo.InvariantCulture);
}

internal sealed class LateIntConverter : JsonConverter<LateInt>
{
    public override LateInt Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, LateInt value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToString(), skipInputValidation: true);
}
