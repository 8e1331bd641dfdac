using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>Serves the OpenAPI document. It is public: no key, no tenant, no limit on the rate.</summary>
public static class ApiDocuments
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps <c>/api/openapi.yaml</c>, <c>/api/openapi.json</c> and the former place of the first. The document is made when somebody first
    /// asks for it, of all routes that the application has then.
    /// </summary>
    public static IEndpointRouteBuilder MapApiDocuments(this IEndpointRouteBuilder app)
    {
        var document = new Lazy<OpenApiDocument>(() =>
            ApiDocument.Of(app.DataSources.SelectMany(source => source.Endpoints), app.ServiceProvider));
        var yaml = new Lazy<StaticContent>(() => new("application/yaml; charset=utf-8", Encoding.UTF8.GetBytes(Yaml(document.Value))));
        var json = new Lazy<StaticContent>(() => new("application/json; charset=utf-8", Encoding.UTF8.GetBytes(Json(document.Value))));
        app.MapMethods("/api/openapi.yaml", GetAndHead, http => yaml.Value.SendAsync(http)).AllowAnonymous();
        app.MapMethods("/api/openapi.json", GetAndHead, http => json.Value.SendAsync(http)).AllowAnonymous();
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

    private static string Write(OpenApiDocument document, Func<TextWriter, IOpenApiWriter> open)
    {
        using var text = new StringWriter { NewLine = "\n" };
        document.SerializeAsV31(open(text));
        return text.ToString();
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
