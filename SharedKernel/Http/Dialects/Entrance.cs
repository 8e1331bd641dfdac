using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Helpdesk.SharedKernel.Http.Dialects;

/// <summary>The steps that gates are made of. Each dialect takes those of its contract, in the order of its contract.</summary>
public sealed class Entrance(ITenantDirectory tenants, IApiKeys keys, RefusalLimiter refusals)
{
    /// <summary>Names the request in its answer.</summary>
    public static void Name(HttpContext http, RequestContext context) =>
        http.Response.Headers["X-Request-Id"] = http.TraceIdentifier = context.RequestId;

    /// <summary>The tenant that the host names; null when it names none or one that is not there.</summary>
    public async ValueTask<Tenant?> TenantAsync(HttpContext http, RequestContext context)
    {
        var tenant = context.Host.Label is { } label ? await tenants.FindAsync(label, http.RequestAborted) : null;
        Telemetry.Describe(context.RequestId, tenant?.Slug);
        return tenant;
    }

    /// <summary>What stands behind <c>Bearer</c> in the one header of authorization; null when there is none, or more than one.</summary>
    public static string? BearerToken(HttpRequest request) =>
        request.Headers.Authorization is [{ Length: > 7 } value] && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..] : null;

    /// <summary>
    /// The dialect's key of this text; null when it is none, unknown, expired or revoked. Unknown keys of an address that has sent too many of
    /// them are looked up one after the other.
    /// </summary>
    public async ValueTask<ApiKey?> KeyAsync(HttpContext http, Dialect dialect, string? token)
    {
        if (token is null)
            return null;
        using var span = Telemetry.Start("key check");
        if (keys.Remembered(dialect, token) is { } key)
            return key;
        var ct = http.RequestAborted;
        return refusals.IsExhausted(http.Connection.RemoteIpAddress)
            ? await refusals.InTurnAsync(() => keys.FindAsync(dialect, token, ct), ct)
            : await keys.FindAsync(dialect, token, ct);
    }

    /// <summary>Lets the key's owner in: notes the use of the key, and says on whose behalf the request works.</summary>
    public void Admit(HttpContext http, RequestContext context, Tenant tenant, ApiKey key)
    {
        var address = http.Connection.RemoteIpAddress;
        keys.Used(key, address);
        context.Become(tenant, key.Caller);
        Telemetry.Describe(context.RequestId, tenant.Slug);
        context.Address = address is null ? null : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }

    /// <summary>What routing found on this host. For a known path with another method the header <c>Allow</c> is set by then.</summary>
    public static async ValueTask<(RouteKind Kind, SliceEndpoint? Slice)> RouteAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<SliceEndpoint>() is { } slice)
            return (RouteKind.Slice, slice);
        if (endpoint?.RequestDelegate is null)
            return (RouteKind.None, null);
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return (RouteKind.Open, null);
        // Routing answers a known path with another method by an endpoint of its own, which sets the Allow header.
        await endpoint.RequestDelegate(http);
        return (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed ? RouteKind.OtherMethod : RouteKind.None, null);
    }
}

/// <summary>What routing found.</summary>
public enum RouteKind
{
    /// <summary>No route of this dialect.</summary>
    None,

    /// <summary>A slice.</summary>
    Slice,

    /// <summary>A page that needs no key.</summary>
    Open,

    /// <summary>A known path that does not take the method.</summary>
    OtherMethod,
}
