using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The headers of answers, published once and referred to by the responses that have them.</summary>
internal static class Headers
{
    public const string RequestId = "X-Request-Id";
    public const string Replayed = "Idempotency-Replayed";
    public const string RetryAfter = "Retry-After";
    public const string Authenticate = "WWW-Authenticate";
    public static readonly string[] RateLimit = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

    private const string RetryKeyParameter = "IdempotencyKey";

    private static readonly Dictionary<string, (string Description, JsonNode Example)> Known = new()
    {
        [RequestId] = ("Names this request; quote it when asking for help.", Samples.RequestId),
        [RateLimit[0]] = ("How many requests the tighter of the two windows allows.", 60),
        [RateLimit[1]] = ("How many requests are left in that window.", 59),
        [RateLimit[2]] = ("When that window ends, in Unix seconds.", 1_781_429_460),
        [RetryAfter] = ("Seconds to wait before the next try.", 17),
        [Replayed] = ("`true` when the answer was stored by an earlier request with the same `Idempotency-Key`.", "true"),
        [Authenticate] = ("Always `Bearer`.", "Bearer"),
    };

    /// <summary>References to headers by name; each is published when it is first referred to.</summary>
    public static Dictionary<string, IOpenApiHeader> Refer(OpenApiDocument document, IEnumerable<string> names) =>
        names.ToDictionary(name => name, IOpenApiHeader (name) => Refer(document, name));

    /// <summary>A reference to the request header <c>Idempotency-Key</c>.</summary>
    public static OpenApiParameterReference ReferRetryKey(OpenApiDocument document)
    {
        if (document.Components!.Parameters?.ContainsKey(RetryKeyParameter) != true)
        {
            document.AddComponent<IOpenApiParameter>(RetryKeyParameter, new OpenApiParameter
            {
                Name = "Idempotency-Key",
                In = ParameterLocation.Header,
                Description = "Makes a retry safe: within 24 hours a repeat with the same value and the same body gets the stored answer "
                    + "and nothing happens twice. 1 to 255 printable ASCII characters; a random UUID does well.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255, Pattern = "^[ -~]+$" },
                Example = Samples.RetryKey,
            });
        }

        return new(RetryKeyParameter, document);
    }

    private static OpenApiHeaderReference Refer(OpenApiDocument document, string name)
    {
        if (document.Components!.Headers?.ContainsKey(name) != true)
        {
            var (description, example) = Known[name];
            var type = example.GetValueKind() is System.Text.Json.JsonValueKind.Number ? JsonSchemaType.Integer : JsonSchemaType.String;
            document.AddComponent<IOpenApiHeader>(
                name, new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = type }, Example = example.DeepClone() });
        }

        return new(name, document);
    }
}
