using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>
/// The responses of refusals: one for each status, with its codes as an enum and an example of each in the envelope that the server sends.
/// </summary>
internal sealed class ErrorResponses(OpenApiDocument document)
{
    // These are the same on every route: published once. The others differ by scope, by resource or by what the route takes.
    private static readonly Dictionary<int, string> Shared = new()
    {
        [401] = "Unauthenticated",
        [408] = "RequestTimeout",
        [413] = "TooLarge",
        [415] = "UnsupportedMedia",
        [429] = "RateLimited",
        [500] = "ServerError",
        [503] = "Unavailable",
    };

    private static readonly Dictionary<int, string> Meanings = new()
    {
        [400] = "The request cannot be read.",
        [401] = "There is no API key, or it does not work here.",
        [403] = "The key or the plan does not allow it.",
        [404] = "There is no such thing here.",
        [408] = "The request did not come in time.",
        [409] = "The state of the data does not allow it.",
        [413] = "The body is too large.",
        [415] = "The body is not of a type that the route reads.",
        [422] = "The request was read, and something in it is not acceptable.",
        [429] = "Too many requests.",
        [500] = "A fault on our side.",
        [503] = "Not available at the moment; the same request may succeed soon.",
    };

    private static readonly Dictionary<string, string> ExtraMembers = new()
    {
        ["current_plan"] = "The plan of this helpdesk.",
        ["fields"] = "The fields at fault, each with its reasons.",
        ["limit"] = "How many requests the window allows.",
        ["required_plans"] = "The plans that include the API.",
        ["required_scope"] = "The scope that the key lacks.",
        ["retry_after"] = "Seconds to wait before the next try.",
        ["slug"] = "The slug that is in use.",
        ["window"] = "The window that is full: `minute` or `hour`.",
    };

    /// <summary>The response of a status and these refusals.</summary>
    public IOpenApiResponse Of(int status, IReadOnlyList<Error> errors, bool canBeReplayed)
    {
        if (!Shared.TryGetValue(status, out var name))
            return Write(status, errors, canBeReplayed);
        if (document.Components?.Responses?.ContainsKey(name) != true)
            document.AddComponent(name, Write(status, errors, canBeReplayed: false));
        return new OpenApiResponseReference(name, document);
    }

    private IOpenApiResponse Write(int status, IReadOnlyList<Error> errors, bool canBeReplayed)
    {
        var examples = errors.Select(error => (error.Code, error.Message, Body: Render(error))).ToList();
        return new OpenApiResponse
        {
            Description = Meanings[status] + "\n\n" + string.Join('\n', examples.Select(e => $"- `{e.Code}`: {DocText.Escape(e.Message)}")),
            Headers = Headers.Refer(document, HeadersOf(status, canBeReplayed)),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = Envelope(errors.Select(error => error.Code), examples.Select(e => e.Body["error"]!.AsObject())),
                    Examples = examples.ToDictionary(
                        e => e.Code, IOpenApiExample (e) => new OpenApiExample { Summary = e.Message, Value = e.Body }),
                },
            },
        };
    }

    private static IEnumerable<string> HeadersOf(int status, bool canBeReplayed)
    {
        yield return Headers.RequestId;
        if (status is 401)
        {
            yield return Headers.Authenticate;
            yield break;
        }

        foreach (var name in Headers.RateLimit)
            yield return name;
        if (status is 409 or 429 or 503)
            yield return Headers.RetryAfter;
        if (canBeReplayed && status is 404 or 409 or 422)
            yield return Headers.Replayed;
    }

    /// <summary>The bytes that the server would send, but for the request's own id.</summary>
    private static JsonObject Render(Error error)
    {
        var context = new RequestContext();
        return JsonNode.Parse(NativeReplies.ToText(error, context).Replace(context.RequestId, Samples.RequestId))!.AsObject();
    }

    private static OpenApiSchema Envelope(IEnumerable<string> codes, IEnumerable<JsonObject> samples)
    {
        var code = Schemas.Text(codes);
        code.Description = "What is wrong, for programs.";
        var error = Object("What is wrong.", new()
        {
            ["code"] = code,
            ["message"] = Text("What is wrong, for people. The wording may change."),
            ["request_id"] = Text("Names this request; quote it when asking for help."),
        });
        error.Required = new HashSet<string>(["code", "message", "request_id", "extra"]);

        var extra = new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, value) in samples.SelectMany(sample => sample["extra"]!.AsObject()))
        {
            var schema = Inferred.From(value);
            schema.Description = ExtraMembers.GetValueOrDefault(name) ?? $"The {name.Replace('_', ' ')} that the refusal is about.";
            extra[name] = schema;
            error.Properties![name] = schema;
        }

        error.Properties!["extra"] = Object("The members beside code, message and request_id once more.", extra);
        error.AdditionalProperties = Schemas.Anything();
        ((OpenApiSchema)error.Properties["extra"]).AdditionalProperties = Schemas.Anything();
        var envelope = Object(null, new() { ["error"] = error });
        envelope.Required = new HashSet<string>(["error"]);
        return envelope;
    }

    private static OpenApiSchema Object(string? description, Dictionary<string, IOpenApiSchema> members) =>
        new() { Type = JsonSchemaType.Object, Description = description, Properties = members };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
