using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Helpdesk.Headoni;

/// <summary>Reads the members of a body and the parts of a query, and gathers what is wrong with them.</summary>
internal sealed class Checks
{
    private readonly List<Issue> _issues = [];
    private readonly Dictionary<string, JsonElement> _members = [];

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<Issue> Issues => _issues;

    /// <summary>Opens a body; fails for what is no JSON object.</summary>
    public static Result<Checks> OfBody(byte[] body)
    {
        try
        {
            if (Utf8.IsValid(body) && JsonElement.Parse(body) is { ValueKind: JsonValueKind.Object } root)
            {
                var checks = new Checks();
                foreach (var member in root.EnumerateObject())
                    checks._members[member.Name] = member.Value;
                return checks;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter for a name that escapes half a surrogate pair.
        }

        return HeadoniErrors.UnreadableBody("The body must be one JSON object in UTF-8.");
    }

    /// <summary>A text, null when it is absent or at fault.</summary>
    public string? Text(string name, bool isRequired = false)
    {
        if (!_members.TryGetValue(name, out var value))
            return isRequired ? Fault("invalid_type", name, "is required.") : null;
        if (value.ValueKind is not JsonValueKind.String)
            return Fault("invalid_type", name, "must be a string.");
        try
        {
            var text = value.GetString()!;
            return text.Contains('\0') ? Fault("invalid_string", name, "must not contain a NUL character.") : text;
        }
        catch (InvalidOperationException)
        {
            return Fault("invalid_string", name, "must not contain half of a surrogate pair.");
        }
    }

    /// <summary>The text, when it has so many characters; null otherwise.</summary>
    public string? Length(string name, string? text, int least, int most)
    {
        if (text is null)
            return null;
        if (text.Length < least || (least > 0 && string.IsNullOrWhiteSpace(text)))
            return Fault("too_small", name, "must not be empty.");
        return text.Length > most ? Fault("too_big", name, $"must have at most {most} characters.") : text;
    }

    /// <summary>An address in lower case.</summary>
    public string? Email(string name, string? text, int most)
    {
        if (text is null)
            return null;
        var at = text.IndexOf('@');
        if (at <= 0 || at != text.LastIndexOf('@') || at == text.Length - 1 || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return Fault("invalid_string", name, "must be an e-mail address.");
        return Length(name, text.ToLowerInvariant(), 1, most);
    }

    /// <summary>A value of an enum by its name.</summary>
    public T? Enum<T>(string name) where T : struct, Enum
    {
        if (Text(name) is not { } text)
            return null;
        if (WireName<T>.TryParse(text, out var value))
            return value;
        Fault("invalid_enum_value", name, WireName<T>.Wanted);
        return null;
    }

    /// <summary>An id as a text of digits; beyond 64 bits it is one that nothing has.</summary>
    public long? Id(string name, string? text)
    {
        if (text is null)
            return null;
        if (IsDigits(text))
            return NumberOf(text);
        Fault("invalid_string", name, "must have digits only.");
        return null;
    }

    /// <summary>An integer of a query.</summary>
    public int? Integer(string name, string? text, int least, int most)
    {
        if (text is null)
            return null;
        if (!IsDigits(text.AsSpan(text[0] == '-' ? 1 : 0)))
            Fault("invalid_type", name, "must be an integer.");
        else if (text[0] == '-' || NumberOf(text) < least)
            Fault("too_small", name, $"must be at least {least}.");
        else if (NumberOf(text) > most)
            Fault("too_big", name, $"must be at most {most}.");
        else
            return (int)NumberOf(text);
        return null;
    }

    /// <summary>A part of the query; null when it is absent, empty or at fault.</summary>
    public string? Part(HttpRequest request, string name)
    {
        var text = request.Query[name].ToString();
        if (text.Contains('\0'))
            return Fault("invalid_string", name, "must not contain a NUL character.");
        return text.Length == 0 ? null : text;
    }

    /// <summary>Whether the text is of ASCII digits, one at least.</summary>
    public static bool IsDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>The number that digits tell; the largest where it is beyond 64 bits.</summary>
    public static long NumberOf(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;

    private string? Fault(string code, string name, string message)
    {
        _issues.Add(new(code, [name], message));
        return null;
    }
}
