using System.Security.Cryptography;
using System.Text;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Dialects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>Serves the OpenAPI document. It is public: no key, no tenant, no limit on the rate.</summary>
public static class ApiDocuments
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps <c>/api/openapi.yaml</c>, <c>/api/openapi.json</c> and the former place of the first, on the hosts of every dialect. The document
    /// of a dialect is made when somebody first asks for it, of all routes that the application has then.
    /// </summary>
    public static IEndpointRouteBuilder MapApiDocuments(this IEndpointRouteBuilder app)
    {
        var texts = app.ServiceProvider.GetServices<DocumentStyle>().ToDictionary(style => style.Dialect, style => new Texts(app, style));
        app.MapMethods("/api/openapi.yaml", GetAndHead, http => texts[DialectOf(http)].Yaml.Value.SendAsync(http)).AllowAnonymous();
        app.MapMethods("/api/openapi.json", GetAndHead, http => texts[DialectOf(http)].Json.Value.SendAsync(http)).AllowAnonymous();
        app.MapMethods("/docs/api/openapi.yaml", GetAndHead, http =>
        {
            http.Response.Redirect("/api/openapi.yaml", permanent: true);
            return Task.CompletedTask;
        }).AllowAnonymous();
        return app;
    }

    /// <summary>The document as JSON.</summary>
    public static string Json(OpenApiDocument document) =>
        Write(document, text => new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));

    /// <summary>The document as YAML.</summary>
    public static string Yaml(OpenApiDocument document) => Write(document, text => new OpenApiYamlWriter(text) { UseLiteralStyle = true });

    private static Dialect DialectOf(HttpContext http) => http.Context().Dialect;

    private static string Write(OpenApiDocument document, Func<TextWriter, IOpenApiWriter> open)
    {
        using var text = new StringWriter { NewLine = "\n" };
        document.SerializeAsV31(open(text));
        return text.ToString();
    }

    /// <summary>The document of a dialect in both forms.</summary>
    private sealed class Texts(IEndpointRouteBuilder app, DocumentStyle style)
    {
        private readonly Lazy<OpenApiDocument> _document = new(() =>
            ApiDocument.Of(style, app.DataSources.SelectMany(source => source.Endpoints), app.ServiceProvider));

        public Lazy<StaticContent> Yaml => field ??= new(() => new("application/yaml; charset=utf-8", Encoding.UTF8.GetBytes(ApiDocuments.Yaml(_document.Value))));

        public Lazy<StaticContent> Json => field ??= new(() => new("application/json; charset=utf-8", Encoding.UTF8.GetBytes(ApiDocuments.Json(_document.Value))));
    }
}

/// <summary>Bytes that stay the same while the process runs, with a tag by which clients can tell that they have them already.</summary>
/// <param name="contentType">Their media type.</param>
/// <param name="bytes">The bytes.</param>
public sealed class StaticContent(string contentType, byte[] bytes)
{
    private readonly EntityTagHeaderValue _tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");

    /// <summary>Sends them, or 304 to a client that has them.</summary>
    public async Task SendAsync(HttpContext http)
    {
        var response = http.Response;
        response.Headers.ETag = _tag.ToString();
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        if (http.Context().Dialect.IsForOtherOrigins)
            response.Headers.AccessControlAllowOrigin = "*";
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag == EntityTagHeaderValue.Any || tag.Compare(_tag, false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
