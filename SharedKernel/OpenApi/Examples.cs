using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>Finds or makes examples: what a module wrote with <see cref="ExampleAttribute"/> first, then what the schema allows.</summary>
internal sealed class Examples(Schemas schemas)
{
    private readonly HashSet<string> _open = [];

    /// <summary>The examples that the type itself carries, members in the order of the schema.</summary>
    public static IEnumerable<(string Title, JsonNode Value)> Written(Type type, IOpenApiSchema schema, bool ofReply = false)
    {
        foreach (var example in type.GetCustomAttributes<ExampleAttribute>().Where(example => example.OfReply == ofReply))
        {
            JsonNode? value;
            try
            {
                value = example.Value(isText: false);
            }
            catch (JsonException exception)
            {
                throw new InvalidOperationException($"The example of {type.Name} is no JSON: {exception.Message}", exception);
            }

            yield return (example.Title ?? "Example", InOrder(value, schema) ?? JsonNullSentinel.JsonNull);
        }
    }

    /// <summary>A value of the schema. Null also where a record would hold itself without end.</summary>
    public JsonNode? Of(IOpenApiSchema schema, string name, string? owner = null)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } id })
            return OfPublished(id, schema);
        if (schema.Examples is [{ } written, ..])
            return written.DeepClone();
        if (schema.OneOf is [{ } first, ..])
            return Of(first, name, owner);
        if (schema.Default is { } usual)
            return usual.DeepClone();
        if (schema.Enum is [{ } value, ..])
            return value.DeepClone();
        return (schema.Type & ~JsonSchemaType.Null) switch
        {
            JsonSchemaType.String => Samples.Formatted(schema.Format) ?? Samples.Text(name, owner, schema.MaxLength),
            JsonSchemaType.Integer => Between(schema, Samples.Integer(name, owner)),
            JsonSchemaType.Number => 0.5,
            JsonSchemaType.Boolean => Samples.Truth(name),
            JsonSchemaType.Array => OfItems(schema, name, owner),
            JsonSchemaType.Object => OfMembers(schema, owner),
            _ => new JsonObject(),
        };
    }

    private static JsonNode? InOrder(JsonNode? value, IOpenApiSchema? schema)
    {
        if (schema?.OneOf is [{ } first, ..])
            return InOrder(value, first);
        if (value is JsonArray list)
            return new JsonArray([.. list.Select(item => InOrder(item, schema?.Items))]);
        if (value is not JsonObject members || schema?.Properties is not { } properties)
            return value?.DeepClone();
        var known = properties.Where(property => members.ContainsKey(property.Key)).Select(property => property.Key);
        return new JsonObject(
            from name in known.Concat(members.Select(member => member.Key)).Distinct()
            let property = properties.TryGetValue(name, out var found) ? found : null
            select KeyValuePair.Create(name, InOrder(members[name], property)));
    }

    private JsonNode? OfPublished(string id, IOpenApiSchema schema)
    {
        if (schemas.TypeOf(id) is { } type && Written(type, schema).FirstOrDefault() is { Value: { } written })
            return written.DeepClone();
        if (!_open.Add(id))
            return null;
        try
        {
            return Of(((OpenApiSchemaReference)schema).Target!, id, id);
        }
        finally
        {
            _open.Remove(id);
        }
    }

    /// <summary>One item; none where the only text to give would be the list's own name.</summary>
    private JsonArray OfItems(IOpenApiSchema schema, string name, string? owner)
    {
        if (schema.Items is not { } items || (IsPlainText(items) && schema.MinItems is null && !Samples.Knows(name)))
            return [];
        var singular = name.EndsWith("ids", StringComparison.Ordinal) ? name[..^1] : name;
        return Of(items, singular, owner) is { } item ? new JsonArray(item) : [];
    }

    private static bool IsPlainText(IOpenApiSchema schema) =>
        schema is OpenApiSchema { Type: JsonSchemaType.String, Enum: null, Format: null, Examples: null };

    private JsonObject OfMembers(IOpenApiSchema schema, string? owner)
    {
        var example = new JsonObject();
        foreach (var (name, member) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            var value = Of(member, name, owner);
            if (value is not null || schema.Required?.Contains(name) == true)
                example[name] = value;
        }

        return example;
    }

    private static JsonNode Between(IOpenApiSchema schema, long value)
    {
        if (long.TryParse(schema.Minimum, out var least))
            value = Math.Max(value, least);
        if (long.TryParse(schema.Maximum, out var most))
            value = Math.Min(value, most);
        return schema.Format is "int32" ? (int)Math.Min(value, int.MaxValue) : value;
    }
}
