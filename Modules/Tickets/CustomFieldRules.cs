using System.Text.Json;
using FluentValidation.Validators;
using Helpdesk.Desk.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Checks the values of a ticket's custom fields against its help topic (mobieus 6.6), one reason for each field at fault.</summary>
internal static class CustomFieldRules
{
    private const int LongestText = 2_000;
    private const int LongestNumber = 100;
    private const int LongestPowerOfZero = 5; // such as E-123

    private static readonly AspNetCoreCompatibleEmailValidator<object> Email = new();

    /// <summary>
    /// The stored values with the given ones merged in: a null takes the key out. Fails on values that do not fit. Where nothing changes,
    /// it is the stored text itself: the database writes JSON in a form of its own, and that is no change.
    /// </summary>
    public static Result<string> Merge(string stored, RawJson? given, HelpTopic? topic, bool isNew)
    {
        var values = JsonSerializer.Deserialize<SortedDictionary<string, JsonElement>>(stored)!;
        var faults = new Dictionary<string, string[]>();
        var isChanged = false;
        if (given is { } text)
        {
            using var document = JsonDocument.Parse(text.Text);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                return Error.Invalid("custom_fields", "must be an object.");
            if (!IsReadable(document.RootElement))
                return Error.Invalid("custom_fields", "must not contain half of a surrogate pair.");
            foreach (var member in document.RootElement.EnumerateObject())
                Set(member.Name, member.Value.Clone());
        }

        foreach (var field in topic?.CustomFields ?? [])
        {
            if (field.Required && !values.ContainsKey(field.Key) && (isNew || given is not null))
                faults.TryAdd($"custom_fields.{field.Key}", ["is required."]);
        }

        if (faults.Count > 0)
            return Error.Invalid(faults);
        return isChanged ? JsonSerializer.Serialize(values, WireJson.Options) : stored;

        void Set(string key, JsonElement value)
        {
            if (value.ValueKind is JsonValueKind.Null)
                isChanged |= values.Remove(key);
            else if (topic?.CustomFields.FirstOrDefault(field => field.Key == key) is not { } field)
                faults[$"custom_fields.{key}"] = ["is not a field of the ticket's help topic."];
            else if (WhyNot(field, value) is { } reason)
                faults[$"custom_fields.{key}"] = [reason];
            else if (!values.TryGetValue(key, out var present) || !JsonElement.DeepEquals(present, value))
                (values[key], isChanged) = (value, true);
        }
    }

    /// <summary>Whether every name and text can be read: an escape such as <c>\ud800</c> may stand for half a character.</summary>
    private static bool IsReadable(JsonElement values)
    {
        try
        {
            foreach (var member in values.EnumerateObject())
                _ = (member.Name, member.Value.ValueKind is JsonValueKind.String ? member.Value.GetString() : null);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Whether it is a number that PostgreSQL can keep: no more digits and no smaller than a double can tell from zero.</summary>
    private static bool IsNumber(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var number) || !double.IsFinite(number))
            return false;
        var text = value.GetRawText();
        var mantissa = text.AsSpan(0, text.AsSpan().IndexOfAny('e', 'E') is >= 0 and var power ? power : text.Length);
        return text.Length <= LongestNumber
            && (number != 0 || (!mantissa.ContainsAnyInRange('1', '9') && text.Length - mantissa.Length <= LongestPowerOfZero));
    }

    private static string? WhyNot(CustomField field, JsonElement value)
    {
        if (field.Type is CustomFieldType.Number)
            return IsNumber(value) ? null : "must be a number.";
        if (value.ValueKind is not JsonValueKind.String)
            return "must be a string.";
        var text = value.GetString()!;
        if (text.Contains('\0'))
            return "must not contain a NUL character.";
        return field.Type switch
        {
            CustomFieldType.Text or CustomFieldType.Number =>
                text.Length is >= 1 and <= LongestText ? null : $"must have 1 to {LongestText} characters.",
            CustomFieldType.Url => text.Length <= LongestText && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? null : "must be an absolute http or https address.",
            CustomFieldType.Email => text.Length <= 254 && Email.IsValid(null!, text) ? null : "must be an e-mail address.",
            CustomFieldType.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _) ? null : "must be a day such as 2026-01-31.",
            CustomFieldType.Select => field.Options?.Contains(text) == true ? null : $"must be one of {string.Join(", ", field.Options ?? [])}.",
        };
    }
}
