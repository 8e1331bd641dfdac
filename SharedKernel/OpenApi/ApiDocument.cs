using System.Text.RegularExpressions;
using Helpdesk.SharedKernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The OpenAPI document of a dialect, made of the routes, their records and the docstrings.</summary>
public static partial class ApiDocument
{
    /// <summary>Describes every endpoint of the dialect that runs a slice. Asks the container for validators and for nothing else.</summary>
    public static OpenApiDocument Of(DocumentStyle style, IEnumerable<Endpoint> endpoints, IServiceProvider services)
    {
        var document = new OpenApiDocument
        {
            Info = style.Info,
            Servers = [style.Server],
            Paths = [],
            Tags = new SortedSet<OpenApiTag>(Comparer<OpenApiTag>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))),
            Components = new OpenApiComponents(),
        };
        var docs = new XmlDocs();
        var schemas = new Schemas(document, docs, style.Json);
        var examples = new Examples(schemas);
        var operations = new Operations(document, style, services, docs, schemas, examples);
        var routes = from endpoint in endpoints.OfType<RouteEndpoint>()
                     let slice = endpoint.Metadata.GetMetadata<SliceEndpoint>()
                     where slice?.Dialect == style.Dialect
                     from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
                     let path = PathOf(endpoint)
                     orderby path, method
                     select (path, method, operation: (Func<OpenApiOperation>)(() => operations.Of(endpoint, slice)));
        var grants = style.Dialect.Scopes.All.ToDictionary(scope => scope, _ => new List<string>());
        document.AddComponent<IOpenApiSecurityScheme>(style.KeyName, new OpenApiSecurityScheme());
        foreach (var (path, method, describe) in routes.ToList())
        {
            if (!document.Paths.TryGetValue(path, out var item))
                document.Paths[path] = item = new OpenApiPathItem { Operations = [] };
            var operation = item.Operations![HttpMethod.Parse(method)] = describe();
            grants[operation.Security![0].First().Value[0]].Add(operation.OperationId!);
        }

        document.Components.SecuritySchemes![style.KeyName] = ApiKey(style, grants);
        foreach (var (name, schema) in document.Components.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (schema is OpenApiSchema { Enum: null } record
                && examples.Of(new OpenApiSchemaReference(name, document), name) is { } example)
                record.Examples = [example];
        }

        return document;
    }

    /// <summary>The route's pattern without constraints: <c>/queues/{id:long}</c> is <c>/queues/{id}</c>.</summary>
    internal static string PathOf(RouteEndpoint endpoint) => ConstraintPattern().Replace(endpoint.RoutePattern.RawText!, "{$1}");

    private static OpenApiSecurityScheme ApiKey(DocumentStyle style, Dictionary<string, List<string>> grants) => new()
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        BearerFormat = style.KeyFormat,
        Description = style.KeyDescription + "\n\n"
            + string.Join('\n', grants.Where(grant => grant.Value.Count > 0)
                .Select(grant => $"- `{grant.Key}`: {string.Join(", ", grant.Value.Order(StringComparer.Ordinal))}")),
    };

    [GeneratedRegex(@"\{\**([^}:=?]+)[^}]*\}")]
    private static partial Regex ConstraintPattern();
}
