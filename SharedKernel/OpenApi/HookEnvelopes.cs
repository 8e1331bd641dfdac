using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Results;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The answer of a hook, always with status 200: the members of the reply beside <c>ok</c>, or the code of what was in the way.</summary>
internal sealed class HookEnvelopes(OpenApiDocument document, DocumentStyle style, Schemas schemas, Examples examples)
{
    public OpenApiResponse Of(SliceEndpoint slice, IReadOnlyList<Error> declines)
    {
        var reply = schemas.OfReply(slice.Reply);
        var example = Examples.Written(slice.Reply, reply).Select(written => written.Value).FirstOrDefault() ?? examples.Of(reply, "reply")!;
        var members = new Dictionary<string, IOpenApiSchema>(((OpenApiSchemaReference)reply).Target!.Properties!);
        // Its members stand in the envelope itself, so nothing refers to the record.
        document.Components!.Schemas!.Remove(((OpenApiSchemaReference)reply).Reference.Id!);
        return new OpenApiResponse
        {
            Description = "Answered, or not: look at `ok`. Where it is `false`, `error` says what was in the way:\n\n"
                + string.Join('\n', declines.Select(error => $"- `{error.Code}`: {DocText.Escape(error.Message)}")),
            Headers = Headers.Refer(document, style.HeadersOf(slice.Status, slice.IsCommand)),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchema { OneOf = [Answer(members), Decline(declines)] },
                    Examples = new Dictionary<string, IOpenApiExample>(
                    [
                        new("example", new OpenApiExample { Summary = "Answered", Value = Wrap(true, example.AsObject()) }),
                        .. declines.Select(error => KeyValuePair.Create<string, IOpenApiExample>(
                            error.Code, new OpenApiExample { Summary = error.Message, Value = Wrap(false, MembersOf(error)) })),
                    ]),
                },
            },
        };
    }

    private static OpenApiSchema Answer(Dictionary<string, IOpenApiSchema> members) => Envelope(true, members, members.Keys);

    private static OpenApiSchema Decline(IReadOnlyList<Error> declines)
    {
        var members = new Dictionary<string, IOpenApiSchema> { ["error"] = Schemas.Text(declines.Select(error => error.Code).Distinct()) };
        members["error"].Description = "What was in the way, for programs.";
        foreach (var (name, value) in declines.SelectMany(MembersOf).Where(member => member.Key is not "error"))
        {
            members[name] = Inferred.From(value);
            members[name].Description = $"The {name.Replace('_', ' ')}, where the code leaves several open.";
        }

        return Envelope(false, members, ["error"]);
    }

    private static OpenApiSchema Envelope(bool ok, Dictionary<string, IOpenApiSchema> members, IEnumerable<string> required)
    {
        HashSet<string> always = ["ok", .. required, "request_id"];
        Dictionary<string, IOpenApiSchema> all = new()
        {
            ["ok"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Enum = [ok], Description = "Whether there is an answer." },
        };
        foreach (var (name, member) in members)
            all[name] = member;
        all["request_id"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "Names the request that made this answer; a replayed answer keeps the first one's.",
        };
        return new OpenApiSchema { Type = JsonSchemaType.Object, Properties = all, Required = always };
    }

    private static JsonObject MembersOf(Error error)
    {
        var members = new JsonObject { ["error"] = error.Code };
        foreach (var (name, value) in error.Extra)
            members[name] = System.Text.Json.JsonSerializer.SerializeToNode(value, WireJson.Options);
        return members;
    }

    private static JsonObject Wrap(bool ok, JsonObject members)
    {
        var envelope = new JsonObject { ["ok"] = ok };
        foreach (var (name, value) in members)
            envelope[name] = value?.DeepClone();
        envelope["request_id"] = Samples.RequestId;
        return envelope;
    }
}
