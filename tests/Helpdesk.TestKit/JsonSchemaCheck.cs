using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Helpdesk.TestKit;

/// <summary>
/// Checks values against the part of JSON Schema that the API documents use. Stricter than the standard in one point: a member that the
/// schema does not list is a violation, unless <c>additionalProperties</c> lets it in.
/// </summary>
/// <param name="document">What <c>$ref</c>s point into.</param>
/// <param name="passesUnknown">Whether members that are not listed pass, as they do in the standard.</param>
public sealed class JsonSchemaCheck(JsonElement document, bool passesUnknown = false)
{
    /// <summary>What is wrong with a value; empty when nothing is.</summary>
    public IReadOnlyList<string> Check(JsonElement schema, JsonElement value, string place = "$")
    {
        var violations = new List<string>();
        Check(schema, value, place, violations);
        return violations;
    }

    /// <summary>The element itself, or what its <c>$ref</c> points to.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        while (element.ValueKind is JsonValueKind.Object && element.TryGetProperty("$ref", out var reference))
        {
            element = document;
            foreach (var step in reference.GetString()!.Split('/').Skip(1))
                element = element.GetProperty(step.Replace("~1", "/").Replace("~0", "~"));
        }

        return element;
    }

    private void Check(JsonElement schema, JsonElement value, string place, List<string> violations)
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("oneOf", out var oneOf))
        {
            CheckOneOf(oneOf, value, place, violations);
            return;
        }

        if (schema.TryGetProperty("type", out var type) && !HasType(type, value))
        {
            violations.Add($"{place} is {Describe(value)}, not {type}.");
            return;
        }

        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)))
            violations.Add($"{place} is {value.GetRawText()}, which is not listed.");
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckMembers(schema, value, place, violations);
                break;
            case JsonValueKind.Array:
                CheckItems(schema, value, place, violations);
                break;
            case JsonValueKind.String:
                CheckText(schema, value.GetString()!, place, violations);
                break;
            case JsonValueKind.Number when value.TryGetDecimal(out var number):
                CheckNumber(schema, number, place, violations);
                break;
        }
    }

    private void CheckOneOf(JsonElement oneOf, JsonElement value, string place, List<string> violations)
    {
        var attempts = oneOf.EnumerateArray().Select(option => Check(option, value, place)).ToList();
        var fitting = attempts.Count(attempt => attempt.Count == 0);
        if (fitting > 1)
            violations.Add($"{place} fits {fitting} schemas of oneOf.");
        else if (fitting == 0)
            violations.AddRange(attempts.MinBy(attempt => attempt.Any(text => text.StartsWith($"{place} is ")) ? 1 : 0)!);
    }

    private void CheckMembers(JsonElement schema, JsonElement value, string place, List<string> violations)
    {
        foreach (var name in Strings(schema, "required"))
        {
            if (!value.TryGetProperty(name, out _))
                violations.Add($"{place}.{name} is missing.");
        }

        var hasMembers = schema.TryGetProperty("properties", out var members);
        var takesOthers = schema.TryGetProperty("additionalProperties", out var others);
        var isClosed = !passesUnknown && (hasMembers || takesOthers || schema.TryGetProperty("type", out _));
        foreach (var member in value.EnumerateObject())
        {
            if (hasMembers && members.TryGetProperty(member.Name, out var known))
                Check(known, member.Value, $"{place}.{member.Name}", violations);
            else if (takesOthers && others.ValueKind is JsonValueKind.Object)
                Check(others, member.Value, $"{place}.{member.Name}", violations);
            else if (isClosed && others.ValueKind is not JsonValueKind.True)
                violations.Add($"{place}.{member.Name} is not declared.");
        }
    }

    private void CheckItems(JsonElement schema, JsonElement value, string place, List<string> violations)
    {
        var count = value.GetArrayLength();
        if (Number(schema, "minItems") is { } least && count < least)
            violations.Add($"{place} has {count} items, fewer than {least}.");
        if (Number(schema, "maxItems") is { } most && count > most)
            violations.Add($"{place} has {count} items, more than {most}.");
        if (!schema.TryGetProperty("items", out var items))
            return;
        var i = 0;
        foreach (var item in value.EnumerateArray())
            Check(items, item, $"{place}[{i++}]", violations);
    }

    private static void CheckText(JsonElement schema, string text, string place, List<string> violations)
    {
        if (Number(schema, "minLength") is { } least && text.Length < least)
            violations.Add($"{place} has {text.Length} characters, fewer than {least}.");
        if (Number(schema, "maxLength") is { } most && text.Length > most)
            violations.Add($"{place} has {text.Length} characters, more than {most}.");
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!))
            violations.Add($"{place} does not match {pattern}.");
        if (schema.TryGetProperty("format", out var format) && !HasFormat(format.GetString()!, text))
            violations.Add($"{place} is '{text}', which is no {format}.");
    }

    private static void CheckNumber(JsonElement schema, decimal number, string place, List<string> violations)
    {
        if (Number(schema, "minimum") is { } least && number < least)
            violations.Add($"{place} is {number}, less than {least}.");
        if (Number(schema, "maximum") is { } most && number > most)
            violations.Add($"{place} is {number}, more than {most}.");
        if (Number(schema, "exclusiveMinimum") is { } above && number <= above)
            violations.Add($"{place} is {number}, not more than {above}.");
        if (Number(schema, "exclusiveMaximum") is { } below && number >= below)
            violations.Add($"{place} is {number}, not less than {below}.");
        if (schema.TryGetProperty("format", out var format) && format.GetString() is "int32" && number is > int.MaxValue or < int.MinValue)
            violations.Add($"{place} is {number}, beyond 32 bits.");
    }

    private static bool HasType(JsonElement type, JsonElement value) => type.ValueKind is JsonValueKind.Array
        ? type.EnumerateArray().Any(option => HasType(option, value))
        : type.GetString() switch
        {
            "null" => value.ValueKind is JsonValueKind.Null,
            "string" => value.ValueKind is JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "number" => value.ValueKind is JsonValueKind.Number,
            "integer" => value.ValueKind is JsonValueKind.Number && value.GetDecimal() is var number && number == decimal.Truncate(number),
            "array" => value.ValueKind is JsonValueKind.Array,
            "object" => value.ValueKind is JsonValueKind.Object,
            _ => false,
        };

    private static bool HasFormat(string format, string text) => format switch
    {
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uuid" => Guid.TryParse(text, out _),
        "email" => text.Contains('@'),
        _ => true,
    };

    private static string Describe(JsonElement value) =>
        value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? value.ValueKind.ToString().ToLowerInvariant() : value.GetRawText();

    private static IEnumerable<string> Strings(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(item => item.GetString()!) : [];

    private static decimal? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var number) ? number.GetDecimal() : null;
}
