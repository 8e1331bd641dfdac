using System.Text.Json;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>
/// The values that a text takes, for the API documents: for filters and other texts whose type does not say it. Nothing is checked by it.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class ChoicesAttribute : Attribute
{
    /// <summary>These values.</summary>
    public ChoicesAttribute(params string[] values) => Values = values;

    /// <summary>The wire names of an enum.</summary>
    public ChoicesAttribute(Type choices) =>
        Values = [.. Enum.GetNames(choices).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>The values, as clients write them.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Whether several may be given, with commas between them.</summary>
    public bool Many { get; set; }
}
