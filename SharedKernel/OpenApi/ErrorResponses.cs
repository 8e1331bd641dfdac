using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>
/// The responses of refusals: one for each status, with its codes as an enum and an example of each in the envelope that the server sends.
/// </summary>
internal sealed class ErrorResponses(OpenApiDocument document, DocumentStyle style)
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

    /// <summary>The response of a status and these refusals, which are in the dialect's own codes.</summary>
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
            Description = style.MeaningOf(status) + "\n\n" + string.Join('\n', examples.Select(e => $"- `{e.Code}`: {DocText.Escape(e.Message)}")),
            Headers = Headers.Refer(document, style.HeadersOf(status, canBeReplayed)),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = style.ErrorEnvelope(errors.Select(error => error.Code), [.. examples.Select(e => e.Body)]),
                    Examples = examples.ToDictionary(
                        e => e.Code, IOpenApiExample (e) => new OpenApiExample { Summary = e.Message, Value = e.Body }),
                },
            },
        };
    }

    /// <summary>The bytes that the server would send, but for the request's own id.</summary>
    private JsonObject Render(Error error)
    {
        var context = new RequestContext();
        return JsonNode.Parse(Replies.ToText(error, context, style.Dialect.Write).Replace(context.RequestId, Samples.RequestId))!.AsObject();
    }
}
