using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>
/// An example for the API documents. On a request: a body. On a reply or another record: the value as clients see it. On a member: its
/// value, where the record has no example of its own. What is left without one gets an example made from its schema.
/// </summary>
/// <param name="json">JSON; the quotes around a single text may be left out.</param>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Parameter, AllowMultiple = true)]
public sealed class ExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    /// <summary>The text as given.</summary>
    public string Json => json;

    /// <summary>What the example shows, where there are several.</summary>
    public string? Title { get; set; }

    /// <summary>On a request: an example of its reply, instead of the reply's own. For a list: one row.</summary>
    public bool OfReply { get; set; }

    /// <summary>The value; for a schema that takes a text, whatever is no JSON text is taken as it stands.</summary>
    internal JsonNode? Value(bool isText)
    {
        try
        {
            var node = JsonNode.Parse(json);
            return isText && node?.GetValueKind() is not JsonValueKind.String ? JsonValue.Create(json) : node;
        }
        catch (JsonException) when (isText || json.AsSpan().TrimStart() is not (['{' or '[', ..]))
        {
            return JsonValue.Create(json);
        }
    }
}
