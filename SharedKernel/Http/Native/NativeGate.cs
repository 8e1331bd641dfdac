using System.Net;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>
/// The checks of the native dialect before a slice, in the order of the contract (mobieus 1): preflight, tenant, plan, key, rate, route,
/// method, scope.
/// </summary>
internal sealed class NativeGate(
    RequestDelegate next, HostNames hosts, ITenantDirectory tenants, IApiKeys keys, RateLimiter limiter, RefusalLimiter refusals, Cors cors)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/api/v1"))
        {
            await next(http);
            return;
        }

        var context = http.RequestServices.GetRequiredService<RequestContext>();
        http.Response.Headers["X-Request-Id"] = http.TraceIdentifier = context.RequestId;
        // Also for the answer to a tenant that cannot be looked up at the moment.
        cors.Apply(http, tenant: null);
        var (isKnownHost, slug) = hosts.Tenant(http.Request.Host.Host);
        var tenant = slug is null ? null : await tenants.FindAsync(slug, http.RequestAborted);
        cors.Apply(http, tenant);
        Telemetry.Describe(context.RequestId, tenant?.Slug);
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var refusal = !isKnownHost || (slug is not null && tenant is null)
            ? NativeErrors.TenantNotFound
            : await EnterAsync(http, context, tenant);
        await (refusal is null ? next(http) : NativeReplies.SendAsync(http, refusal, context));
    }

    /// <summary>Lets the caller in, or says why not. On a host that names no tenant, the key does.</summary>
    private async ValueTask<Results.Error?> EnterAsync(HttpContext http, RequestContext context, Tenant? tenant)
    {
        if (tenant?.Plan == Plans.Starter)
            return NativeErrors.PlanGated(tenant);

        var address = http.Connection.RemoteIpAddress;
        var key = await AuthenticateAsync(http, address);
        if (key is not null)
            tenant ??= await tenants.FindAsync(key.TenantId, http.RequestAborted);
        if (key is null || tenant is null || key.TenantId != tenant.Id)
            return Refuse(http, address);
        if (tenant.Plan == Plans.Starter)
            return NativeErrors.PlanGated(tenant);

        var verdict = await TakeAsync(key, tenant);
        WriteLimits(http.Response, verdict);
        if (!verdict.Allowed)
            return RateLimited(http, verdict);

        keys.Used(key, address);
        context.Become(tenant, key.Caller);
        Telemetry.Describe(context.RequestId, tenant.Slug);
        context.Address = address is null ? null : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        return await CheckRouteAsync(http, key);
    }

    private static async ValueTask<Results.Error?> CheckRouteAsync(HttpContext http, ApiKey key)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<SliceEndpoint>() is { } slice)
            return key.Caller.Permissions.Has(slice.Permission) ? null : NativeErrors.InsufficientScope(slice.Permission);
        if (endpoint?.RequestDelegate is null)
            return NativeErrors.NotFound;
        // Routing answers a known path with another method by an endpoint of its own, which sets the Allow header.
        await endpoint.RequestDelegate(http);
        return http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed ? NativeErrors.MethodNotAllowed : NativeErrors.NotFound;
    }

    private async ValueTask<ApiKey?> AuthenticateAsync(HttpContext http, IPAddress? address)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { Length: > 7 } value
            || !value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        using var span = Telemetry.Start("key check");
        var token = value[7..];
        if (keys.Remembered(token) is { } key)
            return key;
        var ct = http.RequestAborted;
        return refusals.IsExhausted(address)
            ? await refusals.InTurnAsync(() => keys.FindAsync(token, ct), ct)
            : await keys.FindAsync(token, ct);
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
