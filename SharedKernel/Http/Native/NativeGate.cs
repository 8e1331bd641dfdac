using System.Net;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>
/// The checks of the native dialect before a slice, in the order of the contract (mobieus 1): preflight, tenant, plan, key, rate, route,
/// method, scope.
/// </summary>
internal sealed class NativeGate(
    HostOptions hosts, Entrance entrance, ITenantDirectory tenants, RateLimiter limiter, RefusalLimiter refusals, Cors cors) : IGate
{
    public Dialect Dialect => NativeDialect.Instance;

    public IReadOnlyList<string> Suffixes => hosts.Suffixes;

    public async Task PassAsync(HttpContext http, RequestContext context, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/api/v1"))
        {
            await next(http);
            return;
        }

        Entrance.Name(http, context);
        // Also for the answer to a tenant that cannot be looked up at the moment.
        cors.Apply(http, tenant: null);
        var tenant = await entrance.TenantAsync(http, context);
        cors.Apply(http, tenant);
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var refusal = !context.Host.IsKnown || (context.Host.Label is not null && tenant is null)
            ? NativeErrors.TenantNotFound
            : await EnterAsync(http, context, tenant);
        await (refusal is null ? next(http) : Dialect.RefuseAsync(http, context, refusal));
    }

    /// <summary>Lets the caller in, or says why not. On a host that names no tenant, the key does.</summary>
    private async ValueTask<Results.Error?> EnterAsync(HttpContext http, RequestContext context, Tenant? tenant)
    {
        if (tenant?.Plan == Plans.Starter)
            return NativeErrors.PlanGated(tenant);

        var key = await entrance.KeyAsync(http, Dialect, Entrance.BearerToken(http.Request));
        if (key is not null)
            tenant ??= await tenants.FindAsync(key.TenantId, http.RequestAborted);
        if (key is null || tenant is null || key.TenantId != tenant.Id)
            return Refuse(http, http.Connection.RemoteIpAddress);
        if (tenant.Plan == Plans.Starter)
            return NativeErrors.PlanGated(tenant);

        var verdict = await TakeAsync(key, tenant);
        WriteLimits(http.Response, verdict);
        if (!verdict.Allowed)
            return RateLimited(http, verdict);

        entrance.Admit(http, context, tenant, key);
        return await Entrance.RouteAsync(http) switch
        {
            (RouteKind.Slice, { } slice) => key.Caller.Permissions.Has(slice.Permission) ? null : NativeErrors.InsufficientScope(slice.Permission),
            (RouteKind.OtherMethod, _) => NativeErrors.MethodNotAllowed,
            _ => NativeErrors.NotFound,
        };
    }

    private async ValueTask<RateVerdict> TakeAsync(ApiKey key, Tenant tenant)
    {
        using var span = Telemetry.Start("limiter");
        return await limiter.TakeAsync(key, tenant);
    }

    private Results.Error Refuse(HttpContext http, IPAddress? address)
    {
        if (!refusals.IsExhausted(address))
        {
            refusals.Count(address);
            return NativeErrors.InvalidApiKey;
        }

        Telemetry.RequestsLimited.Add("reason", "address");
        http.Response.Headers.RetryAfter = refusals.SecondsLeft.ToString();
        return NativeErrors.RateLimited(refusals.PerMinute, "minute", refusals.SecondsLeft);
    }

    private static Results.Error RateLimited(HttpContext http, RateVerdict verdict)
    {
        Telemetry.RequestsLimited.Add("reason", verdict.Window);
        var wait = (int)Math.Max(1, verdict.Reset - DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        http.Response.Headers.RetryAfter = wait.ToString();
        return NativeErrors.RateLimited(verdict.Limit, verdict.Window, wait);
    }

    private static void WriteLimits(HttpResponse response, RateVerdict verdict)
    {
        response.Headers["X-RateLimit-Limit"] = verdict.Limit.ToString();
        response.Headers["X-RateLimit-Remaining"] = verdict.Remaining.ToString();
        response.Headers["X-RateLimit-Reset"] = verdict.Reset.ToString();
    }
}
