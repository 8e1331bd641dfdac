using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Http;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The responses of successes: the reply in the envelope of the dialect.</summary>
internal sealed class Envelopes(OpenApiDocument document, DocumentStyle style, Schemas schemas, Examples examples)
{
    public OpenApiResponse Of(SliceEndpoint slice)
    {
        var type = slice.Item ?? slice.Reply;
        var data = schemas.OfReply(type);
        var written = Examples.Written(slice.Input, data, ofReply: true).ToList();
        if (written.Count == 0)
            written = [.. Examples.Written(type, data)];
        if (written.Count == 0)
            written = [("Example", examples.Of(data, "data")!)];
        var isList = slice.Item is not null;
        if (isList)
            written = [("Example", new JsonArray([.. written.Select(example => example.Value.DeepClone())]))];
        return new OpenApiResponse
        {
            Description = isList ? "A page of the list." : slice.Status switch { 201 => "Created.", 202 => "Accepted; done soon.", _ => "Done." },
            Headers = Headers.Refer(document, style.HeadersOf(slice.Status, slice.IsCommand)),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = style.Envelope(data, isList),
                    Examples = written.Select((example, i) => (Key: i == 0 ? "example" : $"example{i + 1}", example)).ToDictionary(
                        e => e.Key,
                        IOpenApiExample (e) => new OpenApiExample { Summary = e.example.Title, Value = style.Wrap(e.example.Value, isList) }),
                },
            },
        };
    }
}
