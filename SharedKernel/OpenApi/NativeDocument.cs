using System.Text.Json;
using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The document of the native dialect.</summary>
internal sealed class NativeDocument : DocumentStyle
{
    /// <summary>The level of the API that this server speaks.</summary>
    public const string Version = "1.7.0";

    private static readonly Tenant Starter = new(1, "acme", "Acme", Plans.Starter, null, null, []);

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

    public override Dialect Dialect => NativeDialect.Instance;

    public override OpenApiInfo Info => new()
    {
        Title = "Helpdesk API",
        Version = Version,
        Summary = "Tickets, queues, agents, canned responses, tags and notifications of a helpdesk.",
        Description = Resource("Helpdesk.SharedKernel.OpenApi.Introduction.md"),
    };

    public override OpenApiServer Server => new() { Url = "/", Description = "The helpdesk whose host name you call." };

    public override string KeyName => "apiKey";

    public override string KeyFormat => "mc_live_… or mc_test_…";

    public override string KeyDescription => "An API key as `Authorization: Bearer <key>`. A key carries scopes, none of which implies another:";

    public override JsonSerializerOptions Json => WireJson.Options;

    public override IEnumerable<Error> RefusalsOf(SliceEndpoint slice)
    {
        IEnumerable<Error> always =
        [
            NativeErrors.InvalidApiKey, NativeErrors.PlanGated(Starter), NativeErrors.InsufficientScope(slice.Permission), NativeErrors.TenantNotFound,
            NativeErrors.RateLimited(60, "minute", 17), NativeErrors.ServerError, NativeErrors.Unavailable,
        ];
        return slice.IsCommand
            ? [.. always, RequestBody.NotAnObject, Idempotency.InProgress, NativeErrors.RequestTimeout, NativeErrors.PayloadTooLarge, RequestBody.NotJson, Idempotency.Reused]
            : always;
    }

    public override IOpenApiSchema Envelope(IOpenApiSchema data, bool isList)
    {
        var members = isList ? ListMembers(data) : new() { ["data"] = Described(data) };
        members["request_id"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "Names the request that made this answer; a replayed answer keeps the first one's.",
        };
        return new OpenApiSchema { Type = JsonSchemaType.Object, Properties = members, Required = new HashSet<string>(members.Keys) };
    }

    public override JsonNode Wrap(JsonNode data, bool isList)
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

    public override OpenApiSchema ErrorEnvelope(IEnumerable<string> codes, IReadOnlyList<JsonObject> bodies)
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
        foreach (var (name, value) in bodies.SelectMany(body => body["error"]!["extra"]!.AsObject()))
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

    public override IEnumerable<string> HeadersOf(int status, bool canBeReplayed)
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
        if (canBeReplayed && status is 200 or 201 or 404 or 409 or 422)
            yield return Headers.Replayed;
    }

    public override string MeaningOf(int status) => Meanings[status];

    private static IOpenApiSchema Described(IOpenApiSchema data)
    {
        data.Description ??= "What the request was about.";
        return data;
    }

    private static Dictionary<string, IOpenApiSchema> ListMembers(IOpenApiSchema item) => new()
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
    };

    private static OpenApiSchema Object(string? description, Dictionary<string, IOpenApiSchema> members) =>
        new() { Type = JsonSchemaType.Object, Description = description, Properties = members };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
