using System.Diagnostics;
using Helpdesk.SharedKernel.Observability;
using MediatR;

namespace Helpdesk.Host.Observability;

/// <summary>
/// Puts route, method and status onto the span that ASP.NET Core makes of a request. Registered only where traces are sent. The path is left
/// out, and what stands behind its question mark: both are the caller's words.
/// </summary>
internal sealed class RequestSpans : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, following) =>
        {
            await following(http);
            if (Activity.Current is { IsAllDataRequested: true } span)
                Describe(span, http);
        });
        next(app);
    };

    private static void Describe(Activity span, HttpContext http)
    {
        var (method, status) = (http.Request.Method, http.Response.StatusCode);
        span.SetTag("http.request.method", method);
        span.SetTag("http.response.status_code", status);
        span.DisplayName = method;
        if (http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{method} {route}";
        }

        if (status >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }
}

/// <summary>A span around each handler, named after its request. Registered only where traces are sent.</summary>
internal sealed class TraceBehaviour<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var span = Telemetry.Start("handle", typeof(TRequest).Name);
        return await next();
    }
}
