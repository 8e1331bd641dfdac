using System.IO.Compression;
using System.Net;
using System.Text;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.OpenApi;
using Swashbuckle.AspNetCore.ReDoc;

namespace Helpdesk.Host.Documents;

/// <summary>
/// The page that shows the API document to people: Redoc, served from this process alone. The page may load nothing from elsewhere, and
/// its policy tells browsers so.
/// </summary>
public static class ApiViewer
{
    private const string Script = "redoc.standalone.js";

    // The one picture that the script would fetch from another host; without it the footer is the same line of text.
    private const string RemoteLogo = "https://cdn.redoc.ly/redoc/logo-mini.svg";
    private const string NoLogo = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

    // Styles are written into the page by the script; its search runs in a worker that it makes of a blob.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src blob:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>{title}</title>
          <link rel="icon" href="data:,">
          <style>body { margin: 0; } noscript { display: block; padding: 2em; font-family: sans-serif; }</style>
        </head>
        <body>
          <div id="viewer"></div>
          <noscript>This page needs scripts. The document itself is at <a href="/api/openapi.yaml">/api/openapi.yaml</a>.</noscript>
          <script src="/api/docs/redoc.js"></script>
          <script src="/api/docs/viewer.js"></script>
        </body>
        </html>
        """;

    private const string Start = """
        Redoc.init('/api/openapi.json', {
          expandResponses: '200,201',
          jsonSamplesExpandLevel: 3,
          requiredPropsFirst: true,
          sortOperationsAlphabetically: false,
          theme: {
            typography: {
              fontFamily: 'system-ui, sans-serif',
              headings: { fontFamily: 'system-ui, sans-serif' },
              code: { fontFamily: 'ui-monospace, monospace' }
            }
          }
        }, document.getElementById('viewer'));
        """;

    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps <c>/api/docs</c> and what the page loads.</summary>
    public static IEndpointRouteBuilder MapApiViewer(this IEndpointRouteBuilder app)
    {
        var pages = app.ServiceProvider.GetServices<DocumentStyle>().ToDictionary(style => style.Dialect, style => new StaticContent(
            "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Page.Replace("{title}", WebUtility.HtmlEncode(style.Info.Title), StringComparison.Ordinal))));
        var start = new StaticContent("text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(Start));
        var redoc = new Lazy<StaticContent>(() => new("text/javascript; charset=utf-8", Redoc()));
        app.MapMethods("/api/docs", GetAndHead, http =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return pages[http.Context().Dialect].SendAsync(http);
        }).AllowAnonymous();
        app.MapMethods("/api/docs/viewer.js", GetAndHead, start.SendAsync).AllowAnonymous();
        app.MapMethods("/api/docs/redoc.js", GetAndHead, http => redoc.Value.SendAsync(http)).AllowAnonymous();
        return app;
    }

    /// <summary>The script as the package carries it (compressed), without the remote picture.</summary>
    private static byte[] Redoc()
    {
        var package = typeof(ReDocOptions).Assembly;
        var name = package.GetManifestResourceNames().Single(name => name.EndsWith(Script, StringComparison.Ordinal));
        using var packed = package.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress), Encoding.UTF8);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd().Replace(RemoteLogo, NoLogo, StringComparison.Ordinal));
    }
}
