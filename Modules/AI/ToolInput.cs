using System.Text.Json;

namespace Helpdesk.AI;

/// <summary>
/// Reads what a model filled into its tool. What is not as it should be is noted, in our own words, and reading goes on. Texts come out
/// harmless and no longer than wanted.
/// </summary>
internal sealed class ToolInput(JsonElement json)
{
    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>Notes that something is wrong.</summary>
    public void Refuse(string fault) => Fault ??= fault;

    /// <summary>A text that is not empty.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">Its most characters.</param>
    /// <param name="without">
    /// Takes out what may not be in it. That can put together what was apart, and may only be seen where nothing invisible is left: so the text is made
    /// harmless before and after it.
    /// </param>
    public string Text(string name, int most, Func<string, string>? without = null)
    {
        var text = Find(name) is { ValueKind: JsonValueKind.String } value ? SafeText.Of(value.GetString()!, most) : "";
        if (without is not null)
            text = SafeText.Of(without(text), most);
        if (text.Length == 0)
            Refuse($"{name} must be a text that is not empty.");
        return text;
    }

    /// <summary>Texts that are not empty, as many as wanted at most.</summary>
    public IReadOnlyList<string> Texts(string name, int mostTexts, int mostOfEach)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } list || list.EnumerateArray().Any(item => item.ValueKind is not JsonValueKind.String))
        {
            Refuse($"{name} must be a list of texts.");
            return [];
        }

        return [.. list.EnumerateArray().Select(item => SafeText.Of(item.GetString()!, mostOfEach)).Where(text => text.Length > 0).Take(mostTexts)];
    }

    /// <summary>A number of a range.</summary>
    public double Number(string name, double least, double most)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && number >= least && number <= most)
            return number;
        Refuse(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}."));
        return least;
    }

    /// <summary>A value of an enum.</summary>
    public T Choice<T>(string name) where T : struct, Enum
    {
        if (Find(name) is { ValueKind: JsonValueKind.String } value && WireName<T>.TryParse(value.GetString()!, out var choice))
            return choice;
        Refuse($"{name} {WireName<T>.Wanted}");
        return default;
    }

    /// <summary>A key of what there is to choose from, or null for none of it.</summary>
    public TValue? ChoiceOf<TValue>(string name, IReadOnlyDictionary<string, TValue> choices) where TValue : struct
    {
        var value = Find(name);
        if (value is { ValueKind: JsonValueKind.Null })
            return null;
        if (value is { ValueKind: JsonValueKind.String } text && choices.TryGetValue(text.GetString()!, out var choice))
            return choice;
        Refuse($"{name} must be one of the keys in the schema, or null.");
        return null;
    }

    /// <summary>Objects, each to be read by itself.</summary>
    public IReadOnlyList<T> Objects<T>(string name, Func<ToolInput, T> read)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } list || list.EnumerateArray().Any(item => item.ValueKind is not JsonValueKind.Object))
        {
            Refuse($"{name} must be a list of objects.");
            return [];
        }

        var items = new List<T>();
        foreach (var item in list.EnumerateArray().Select(item => new ToolInput(item)))
        {
            items.Add(read(item));
            if (item.Fault is { } fault)
                Refuse(fault);
        }

        return items;
    }

    private JsonElement? Find(string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;
}
