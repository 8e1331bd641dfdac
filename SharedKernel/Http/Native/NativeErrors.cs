using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>The refusals that any request can meet before it reaches a slice (mobieus 3.2).</summary>
public static class NativeErrors
{
    /// <summary>No tenant has this host.</summary>
    public static readonly Error TenantNotFound = Error.NotFound("tenant_not_found", "There is no helpdesk at this address.");

    /// <summary>No key, or one that does not work here.</summary>
    public static readonly Error InvalidApiKey =
        new("invalid_api_key", ErrorKind.Unauthenticated, "Send a valid API key as 'Authorization: Bearer <key>'.");

    /// <summary>No such route.</summary>
    public static readonly Error NotFound = Error.NotFound("not_found", "There is no such route.");

    /// <summary>The route takes other methods.</summary>
    public static readonly Error MethodNotAllowed =
        new("method_not_allowed", ErrorKind.MethodNotAllowed, "The route does not take this method; see the Allow header.");

    /// <summary>The body is over the limit.</summary>
    public static readonly Error PayloadTooLarge =
        new("payload_too_large", ErrorKind.TooLarge, "The body is larger than 1 MiB.");

    /// <summary>The client took too long to send its body.</summary>
    public static readonly Error RequestTimeout =
        new("request_timeout", ErrorKind.TimedOut, "The body did not come in time.");

    /// <summary>The request is broken on the level of HTTP.</summary>
    public static readonly Error BadRequest =
        new("invalid_json", ErrorKind.Malformed, "The request could not be read to its end.");

    /// <summary>A bug.</summary>
    public static readonly Error ServerError =
        new("server_error", ErrorKind.Internal, "Something went wrong on our side. Name the request_id when you ask for help.");

    /// <summary>The database is away.</summary>
    public static readonly Error Unavailable =
        new("server_error", ErrorKind.Unavailable, "The service is not available at the moment. Try again shortly.");

    /// <summary>The tenant's plan is without the API.</summary>
    public static Error PlanGated(Tenant tenant) =>
        new Error("plan_gated", ErrorKind.Forbidden, "The plan of this helpdesk does not include the API.")
            .With("current_plan", tenant.Plan).With("required_plans", Plans.WithApi);

    /// <summary>The key lacks the scope of the route.</summary>
    public static Error InsufficientScope(Permission permission) =>
        new Error("insufficient_scope", ErrorKind.Forbidden, $"This key lacks the scope {Scopes.For(permission)}.")
            .With("required_scope", Scopes.For(permission));

    /// <summary>Too many requests in a window.</summary>
    public static Error RateLimited(int limit, string window, int retryAfter) =>
        new Error("rate_limited", ErrorKind.Limited, $"More than {limit} requests in {(window == "hour" ? "an" : "a")} {window}.")
            .With("limit", limit).With("window", window).With("retry_after", retryAfter);
}
