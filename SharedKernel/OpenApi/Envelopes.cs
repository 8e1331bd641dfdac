using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Http;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The responses of successes: the reply in the envelope of the dialect.</summary>
internal sealed class Envelopes(OpenApiDocument document, Schemas schemas, Examples examples)
{
    public OpenApiResponse Of(SliceEndpoint slice)
    {
        var type = slice.Item ?? slice.Reply;
        var data = schemas.OfReply(type);
        var written = Examples.Written(slice.Request, data, ofReply: true).ToList();
        if (written.Count == 0)
            written = [.. Examples.Written(type, data)];
        if (written.Count == 0)
            written = [("Example", examples.Of(data, "data")!)];
        var isList = slice.Item is not null;
        if (isList)
            written = [("Example", new JsonArray([.. written.Select(example => example.Value.DeepClone())]))];
        string[] replayed = slice.IsCommand ? [Headers.Replayed] : [];
        return new OpenApiResponse
        {
            Description = isList ? "A page of the list." : slice.Status switch { 201 => "Created.", 202 => "Accepted; done soon.", _ => "Done." },
            Headers = Headers.Refer(document, [Headers.RequestId, .. Headers.RateLimit, .. replayed]),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = isList ? List(data) : One(data),
                    Examples = written.Select((example, i) => (Key: i == 0 ? "example" : $"example{i + 1}", example)).ToDictionary(
                        e => e.Key,
                        IOpenApiExample (e) => new OpenApiExample { Summary = e.example.Title, Value = Wrap(e.example.Value, isList) }),
                },
            },
        };
    }

    private static JsonObject Wrap(JsonNode data, bool isList)
    {
        var envelope = new JsonObject { ["data"] = data.DeepClone() };
        if (isList)
        {
            envelope["next_cursor"] = Samples.Cursor;
            envelope["total_count"] = 847;
            envelope["has_more"] = true;
        }

        envelope["request_id"] = Samples.RequestId;
        return envelope;
    }

    private static OpenApiSchema One(IOpenApiSchema data)
    {
        data.Description ??= "What the request was about.";
        return Envelope(new() { ["data"] = data });
    }

    private static OpenApiSchema List(IOpenApiSchema item) => Envelope(new()
    {
        ["data"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = item,
            Description = "The rows of this page, in the order of the list.",
        },
        ["next_cursor"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String | JsonSchemaType.Null,
            Description = "Send it as `cursor` to get the next page; `null` on the last one.",
        },
        ["total_count"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Format = "int64",
            Description = "How many rows match the filters, whatever the page.",
        },
        ["has_more"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Whether there is a next page." },
    });

    private static OpenApiSchema Envelope(Dictionary<string, IOpenApiSchema> members)
    {
        members["request_id"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "Names the request that made this answer; a replayed answer keeps the first one's.",
        };
        return new OpenApiSchema { Type = JsonSchemaType.Object, Properties = members, Required = new HashSet<string>(members.Keys) };
    }
}
