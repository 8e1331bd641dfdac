using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The headers of the dialect, published once and referred to by every response.</summary>
internal static class Headers
{
    public const string RequestId = "X-Request-Id";
    public const string Replayed = "Idempotency-Replayed";
    public const string RetryAfter = "Retry-After";
    public const string Authenticate = "WWW-Authenticate";
    public static readonly string[] RateLimit = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

    /// <summary>The name under which the request header <c>Idempotency-Key</c> is published.</summary>
    public const string RetryKeyParameter = "IdempotencyKey";

    public static void Publish(OpenApiDocument document)
    {
        Text(document, RequestId, "Names this request; quote it when asking for help.", Samples.RequestId);
        Number(document, RateLimit[0], "How many requests the tighter of the two windows allows.", 60);
        Number(document, RateLimit[1], "How many requests are left in that window.", 59);
        Number(document, RateLimit[2], "When that window ends, in Unix seconds.", 1_781_429_460);
        Number(document, RetryAfter, "Seconds to wait before the next try.", 17);
        Text(document, Replayed, "`true` when the answer was stored by an earlier request with the same `Idempotency-Key`.", "true");
        Text(document, Authenticate, "Always `Bearer`.", "Bearer");
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

    /// <summary>References to headers by name.</summary>
    public static Dictionary<string, IOpenApiHeader> Refer(OpenApiDocument document, IEnumerable<string> names) =>
        names.ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name, document));

    private static void Text(OpenApiDocument document, string name, string description, string example) =>
        Add(document, name, description, JsonSchemaType.String, example);

    private static void Number(OpenApiDocument document, string name, string description, int example) =>
        Add(document, name, description, JsonSchemaType.Integer, example);

    private static void Add(OpenApiDocument document, string name, string description, JsonSchemaType type, JsonNode example) =>
        document.AddComponent<IOpenApiHeader>(
            name, new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = type }, Example = example });
}
