using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>The cross-origin headers of every answer (mobieus 3.6): documented names, plus the one without which retries cannot be safe.</summary>
internal sealed class Cors(CorsOptions options)
{
    private readonly string _allowedHeaders = string.Join(", ",
        ["Authorization", "Content-Type", "X-CSRF-TOKEN", "X-Requested-With", "Idempotency-Key", .. options.ExtraAllowedHeaders]);

    public void Apply(HttpContext http, Tenant? tenant)
    {
        var headers = http.Response.Headers;
        if (tenant is null || tenant.AllowedOrigins.Length == 0)
        {
            headers.AccessControlAllowOrigin = "*";
        }
        else
        {
            headers.Vary = "Origin";
            headers.AccessControlAllowOrigin =
                http.Request.Headers.Origin is [{ } origin] && tenant.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
                    ? origin
                    : default(StringValues);
        }

        headers.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
        headers.AccessControlAllowHeaders = _allowedHeaders;
        headers.AccessControlExposeHeaders =
            "X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Idempotency-Replayed";
    }
}

/// <summary>Section <c>Helpdesk:Cors</c> of the configuration.</summary>
public sealed class CorsOptions
{
    /// <summary>Request headers that browsers may send beside the documented ones.</summary>
    public string[] ExtraAllowedHeaders { get; set; } = [];
}
