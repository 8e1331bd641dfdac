using System.Text.Json;
using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Http.Dialects;
using Microsoft.OpenApi;

namespace Helpdesk.Headoni;

/// <summary>The OpenAPI document of Headoni.</summary>
internal sealed class HeadoniDocument : DocumentStyle
{
    private static readonly Dictionary<int, string> Meanings = new()
    {
        [400] = "Something in the request is not acceptable.",
        [401] = "There is no token, or it does not work any more.",
        [403] = "The token does not allow it.",
        [404] = "There is no such thing here.",
        [409] = "The first request with this `Idempotency-Key` is still being processed.",
        [413] = "The body is too large.",
        [422] = "The `Idempotency-Key` belongs to another request.",
        [500] = "A fault on our side; the same request may succeed later.",
    };

    public override Dialect Dialect => HeadoniDialect.Instance;

    public override OpenApiInfo Info => new()
    {
        Title = "Headoni API",
        Version = "1",
        Summary = "Creates and reads the tickets of a desk.",
        Description = Resource("Helpdesk.Headoni.Introduction.md"),
    };

    public override OpenApiServer Server => new() { Url = "/", Description = "The desk whose host name you call." };

    public override string KeyName => "token";

    public override string KeyFormat => "hd_…";

    public override string KeyDescription =>
        "A token as `Authorization: Bearer hd_…`; the prefix `hd_` may be left out. A token holds one or both of the scopes:";

    public override JsonSerializerOptions Json => HeadoniJson.Options;

    public override IEnumerable<Error> RefusalsOf(SliceEndpoint slice)
    {
        IEnumerable<Error> always =
        [
            HeadoniErrors.Unauthenticated, HeadoniErrors.InsufficientScope(slice.Permission), HeadoniErrors.TokenDeskMismatch,
            HeadoniErrors.DeskNotFound, HeadoniErrors.InternalError,
        ];
        return slice.IsCommand ? [.. always, HeadoniErrors.PayloadTooLarge, Idempotency.InProgress, Idempotency.Reused] : always;
    }

    public override Error FaultOf(string field, string reason, bool isInBody)
    {
        Issue[] issues = [new("invalid_type", [field], reason)];
        return isInBody ? HeadoniErrors.InvalidBody(issues) : HeadoniErrors.InvalidQuery(issues);
    }

    public override IOpenApiSchema Envelope(IOpenApiSchema data, bool isList) => data;

    public override JsonNode Wrap(JsonNode data, bool isList) => data;

    public override OpenApiSchema ErrorEnvelope(IEnumerable<string> codes, IReadOnlyList<JsonObject> bodies)
    {
        var members = new Dictionary<string, IOpenApiSchema>
        {
            ["error"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. codes.Select(code => (JsonNode)code)], Description = "What is wrong, for programs." },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What is wrong, for people. The wording may change." },
        };
        if (bodies.Any(body => body.ContainsKey("issues")))
            members["issues"] = Issues();
        return new OpenApiSchema { Type = JsonSchemaType.Object, Properties = members, Required = new HashSet<string>(["error"]) };
    }

    public override IEnumerable<string> HeadersOf(int status, bool canBeReplayed)
    {
        yield return "X-Request-Id";
        if (status is 401)
            yield return "WWW-Authenticate";
        if (canBeReplayed && status is 201 or 400)
            yield return "Idempotency-Replayed";
    }

    public override string MeaningOf(int status) => Meanings[status];

    private static OpenApiSchema Issues() => new()
    {
        Type = JsonSchemaType.Array,
        Description = "The values at fault, where values are.",
        Items = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(["code", "path", "message"]),
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["code"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = ["invalid_type", "invalid_string", "too_small", "too_big", "invalid_enum_value"],
                    Description = "What sort of fault.",
                },
                ["path"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String },
                    Description = "Where the value stands; empty for the body as a whole.",
                },
                ["message"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What is wrong, for people. The wording may change." },
            },
        },
    };
}
