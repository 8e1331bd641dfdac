using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>Describes the route of a slice.</summary>
internal sealed class Operations(
    OpenApiDocument document, DocumentStyle style, IServiceProvider services, XmlDocs docs, Schemas schemas, Examples examples)
{
    private readonly Refusals _refusals = new();
    private readonly ErrorResponses _errors = new(document, style);
    private readonly Envelopes _envelopes = new(document, style, schemas, examples);
    private readonly HookEnvelopes _hooks = new(document, style, schemas, examples);
    private readonly HashSet<string> _ids = [];

    /// <summary>The operation of an endpoint that has a <see cref="SliceEndpoint"/>.</summary>
    public OpenApiOperation Of(RouteEndpoint endpoint, SliceEndpoint slice)
    {
        var rules = Rules.Of(services.GetServices(typeof(IValidator<>).MakeGenericType(slice.Input)).Cast<IValidator>());
        var tag = endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags is [{ } given, ..]
            ? given
            : slice.Input.Assembly.GetName().Name!.Split('.')[^1];
        document.Tags!.Add(new OpenApiTag { Name = tag });
        var scope = style.Dialect.Scopes.For(slice.Permission);
        var summary = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary;
        var operation = new OpenApiOperation
        {
            OperationId = IdOf(slice.Input),
            Summary = summary,
            Description = $"{docs.Of(slice.Input) ?? summary}\n\nNeeds the scope `{scope}`.",
            Tags = new HashSet<OpenApiTagReference> { new(tag, document) },
            Parameters = [.. Parameters(slice, rules)],
            Responses = [],
            Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(style.KeyName, document)] = [scope] }],
            Extensions = new Dictionary<string, IOpenApiExtension> { ["x-required-scope"] = new JsonNodeExtension(scope) },
        };
        if (slice.HasBody)
            operation.RequestBody = Body(slice.Input, rules);
        var errors = Errors(slice, operation).ToLookup(error => error.Kind is ErrorKind.Declined);
        operation.Responses[slice.Status.ToString()] =
            typeof(IHook).IsAssignableFrom(slice.Input) ? _hooks.Of(slice, [.. errors[true]]) : _envelopes.Of(slice);
        foreach (var status in errors[false].Select(style.Dialect.Translate).GroupBy(style.Dialect.StatusOf).OrderBy(group => group.Key))
        {
            var codes = status.DistinctBy(error => error.Code).ToList();
            operation.Responses[status.Key.ToString()] = _errors.Of(status.Key, codes, slice.IsCommand);
        }

        return operation;
    }

    private string IdOf(Type request)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(request.Name);
        for (var i = 2; !_ids.Add(name); i++)
            name = JsonNamingPolicy.CamelCase.ConvertName(request.Name) + i;
        return name;
    }

    private IEnumerable<IOpenApiParameter> Parameters(SliceEndpoint slice, Rules rules)
    {
        foreach (var member in Member.OfUrl(slice.Input, style.Json).Where(member => member.InPath || !slice.IsCommand))
        {
            var schema = schemas.OfParameter(member, rules);
            if (slice.Item is not null && member.Name is "limit" && schema is OpenApiSchema limit)
            {
                limit.Minimum ??= "1";
                limit.Maximum ??= Paging.MaxLimit.ToString();
                limit.Default ??= Paging.DefaultLimit;
            }

            var parameter = new OpenApiParameter
            {
                Name = member.Name,
                In = member.InPath ? ParameterLocation.Path : ParameterLocation.Query,
                Required = member.InPath || rules.IsRequired(member.Name) is true,
                Description = docs.Parameter(slice.Input, member.Parameter!.Name!),
                Schema = schema,
                Example = examples.Of(schema, member.Name, Thing(slice)),
            };
            if (schema.Type is JsonSchemaType.Array)
                (parameter.Style, parameter.Explode) = (ParameterStyle.Form, false);
            yield return parameter;
        }

        if (slice.IsCommand)
            yield return Headers.ReferRetryKey(document);
    }

    /// <summary>What the path's <c>id</c> is the id of: the published name of the reply, or what the route is called after.</summary>
    private static string Thing(SliceEndpoint slice) => DocText.SchemaName((slice.Item ?? slice.Reply).Name);

    private OpenApiRequestBody Body(Type request, Rules rules)
    {
        var schema = schemas.OfBody(request, rules);
        var written = Examples.Written(request, schema).ToList();
        if (written.Count == 0 && examples.Of(schema, request.Name) is { } made)
            written = [("Example", made)];
        return new OpenApiRequestBody
        {
            Required = schema.Required?.Count > 0,
            Description = "One JSON object. Members that are not listed are passed over.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = schema,
                    Examples = written.Select((example, i) => (Key: i == 0 ? "example" : $"example{i + 1}", example)).ToDictionary(
                        e => e.Key,
                        IOpenApiExample (e) => new OpenApiExample { Summary = e.example.Title, Value = e.example.Value }),
                },
            },
        };
    }

    private IEnumerable<Error> Errors(SliceEndpoint slice, OpenApiOperation operation)
    {
        var errors = _refusals.Declared(slice.Input).Concat(style.RefusalsOf(slice));
        // A path whose id is no number is answered as a thing that is not there.
        if (operation.Parameters!.Any(p => p.In is ParameterLocation.Path)
            && !slice.Input.GetCustomAttributes<RefusesAttribute>().Any(refusal => refusal.Kind is ErrorKind.NotFound))
        {
            errors = errors.Append(Error.NotFound("not_found", "There is no such route."));
        }

        if (slice.IsCommand)
            errors = errors.Append(FaultOfBody(operation));
        else if (operation.Parameters!.FirstOrDefault(p => p.In is ParameterLocation.Query) is { } first)
            errors = errors.Append(FaultOfQuery(operation, first));
        return errors;
    }

    private Error FaultOfBody(OpenApiOperation operation)
    {
        var schema = operation.RequestBody?.Content?["application/json"].Schema;
        if (schema?.Required?.FirstOrDefault() is { } required)
            return style.FaultOf(required, "is required.", true);
        return schema?.Properties?.FirstOrDefault() is { Key: { } name, Value: var member }
            ? style.FaultOf(name, Fault(member), true)
            : style.FaultOf("Idempotency-Key", "must be 1 to 255 printable ASCII characters.", true);
    }

    private Error FaultOfQuery(OpenApiOperation operation, IOpenApiParameter first)
    {
        var limit = operation.Parameters!.FirstOrDefault(p => p.Name is "limit") ?? first;
        return style.FaultOf(limit.Name!, Fault(limit.Schema!), false);
    }

    private static IEnumerable<string> Texts(IEnumerable<JsonNode?> values) =>
        values.OfType<JsonValue>().Where(value => value.GetValueKind() is JsonValueKind.String).Select(value => value.GetValue<string>());

    private static string Fault(IOpenApiSchema schema) => (schema.Type & ~JsonSchemaType.Null) switch
    {
        _ when schema.Enum is { Count: > 0 } values => $"must be one of {string.Join(", ", Texts(values))}.",
        JsonSchemaType.Integer => "must be an integer.",
        JsonSchemaType.Boolean => "must be true or false.",
        JsonSchemaType.Array => "must be a list.",
        JsonSchemaType.String when schema.Format is "date-time" => "must be a time in ISO 8601, such as 2026-01-31T09:30:00Z.",
        JsonSchemaType.String => "must be a string.",
        _ => "must be an object.",
    };
}
