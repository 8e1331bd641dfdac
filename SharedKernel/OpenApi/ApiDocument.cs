using System.Text.RegularExpressions;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Native;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>The OpenAPI document of the native dialect, made of the routes, their records and the docstrings.</summary>
public static partial class ApiDocument
{
    /// <summary>The level of the API that this server speaks.</summary>
    public const string Version = "1.7.0";

    /// <summary>Describes every endpoint that runs a slice. Asks the container for validators and for nothing else.</summary>
    public static OpenApiDocument Of(IEnumerable<Endpoint> endpoints, IServiceProvider services)
    {
        var document = new OpenApiDocument
        {
            Info = new OpenApiInfo
            {
                Title = "Helpdesk API",
                Version = Version,
                Summary = "Tickets, queues, agents, canned responses, tags and notifications of a helpdesk.",
                Description = Introduction(),
            },
            Servers = [new OpenApiServer { Url = "/", Description = "The helpdesk whose host name you call." }],
            Paths = [],
            Tags = new SortedSet<OpenApiTag>(Comparer<OpenApiTag>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))),
            Components = new OpenApiComponents(),
        };
        Headers.Publish(document);
        var docs = new XmlDocs();
        var schemas = new Schemas(document, docs);
        var examples = new Examples(schemas);
        var operations = new Operations(document, services, docs, schemas, examples);
        var routes = from endpoint in endpoints.OfType<RouteEndpoint>()
                     let slice = endpoint.Metadata.GetMetadata<SliceEndpoint>()
                     where slice is not null
                     from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
                     let path = PathOf(endpoint)
                     orderby path, method
                     select (path, method, operation: (Func<OpenApiOperation>)(() => operations.Of(endpoint, slice)));
        var grants = Scopes.All.ToDictionary(scope => scope, _ => new List<string>());
        document.AddComponent<IOpenApiSecurityScheme>("apiKey", new OpenApiSecurityScheme());
        foreach (var (path, method, describe) in routes.ToList())
        {
            if (!document.Paths.TryGetValue(path, out var item))
                document.Paths[path] = item = new OpenApiPathItem { Operations = [] };
            var operation = item.Operations![HttpMethod.Parse(method)] = describe();
            grants[operation.Security![0].First().Value[0]].Add(operation.OperationId!);
        }

        document.Components.SecuritySchemes!["apiKey"] = ApiKey(grants);
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

    private static OpenApiSecurityScheme ApiKey(Dictionary<string, List<string>> grants) => new()
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        BearerFormat = "mc_live_… or mc_test_…",
        Description = "An API key as `Authorization: Bearer <key>`. A key carries scopes, none of which implies another:\n\n"
            + string.Join('\n', grants.Where(grant => grant.Value.Count > 0)
                .Select(grant => $"- `{grant.Key}`: {string.Join(", ", grant.Value.Order(StringComparer.Ordinal))}")),
    };

    private static string Introduction()
    {
        using var stream = typeof(ApiDocument).Assembly.GetManifestResourceStream("Helpdesk.SharedKernel.OpenApi.Introduction.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }

    [GeneratedRegex(@"\{\**([^}:=?]+)[^}]*\}")]
    private static partial Regex ConstraintPattern();
}
