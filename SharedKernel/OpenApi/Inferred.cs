using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The schema that a value suggests, for values whose type no code declares: members of refusals.</summary>
internal static class Inferred
{
    public static OpenApiSchema From(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => new() { Type = JsonSchemaType.String },
        JsonValueKind.True or JsonValueKind.False => new() { Type = JsonSchemaType.Boolean },
        JsonValueKind.Number => new() { Type = value.ToJsonString().Contains('.') ? JsonSchemaType.Number : JsonSchemaType.Integer },
        JsonValueKind.Array => new() { Type = JsonSchemaType.Array, Items = From(value.AsArray().FirstOrDefault()) },
        JsonValueKind.Object => new()
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = From(value.AsObject().Select(member => member.Value).FirstOrDefault()),
        },
        _ => Schemas.Anything(),
    };
}
