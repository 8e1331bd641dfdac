using Helpdesk.Headoni.Contracts;
using Helpdesk.SharedKernel.Http.Dialects;
using Microsoft.AspNetCore.Authorization;

namespace Helpdesk.Headoni;

/// <summary>
/// The checks of Headoni before a slice, in the order of its contract (headoni 2): desk by host, route, method, token, desk of the token,
/// scope. There are no limits and no plans in it; what a page of another origin may read, browsers decide without headers of ours.
/// </summary>
internal sealed class HeadoniGate(HeadoniOptions options, Entrance entrance, RefusalLimiter refusals) : IGate
{
    private const int SecretLength = 43;

    // Who reads the pages that need no token.
    private static readonly Caller Anybody = new(ActorKind.Api, 0, "anybody", default, false, null);

    public Dialect Dialect => HeadoniDialect.Instance;

    public IReadOnlyList<string> Suffixes => options.Suffixes;

    public async Task PassAsync(HttpContext http, RequestContext context, RequestDelegate next)
    {
        if (IsOfEveryHost(http.GetEndpoint()))
        {
            await next(http);
            return;
        }

        Entrance.Name(http, context);
        await (await WhyNotAsync(http, context) is { } refusal ? Dialect.RefuseAsync(http, context, refusal) : next(http));
    }

    private async ValueTask<Error?> WhyNotAsync(HttpContext http, RequestContext context)
    {
        if (await entrance.TenantAsync(http, context) is not { } desk)
            return HeadoniErrors.DeskNotFound;
        var (kind, slice) = await Entrance.RouteAsync(http);
        if (kind is RouteKind.Open)
        {
            context.Become(desk, Anybody);
            return null;
        }

        if (slice is null)
            return kind is RouteKind.OtherMethod ? HeadoniErrors.MethodNotAllowed : HeadoniErrors.NotFound;
        if (await entrance.KeyAsync(http, Dialect, TokenOf(http.Request)) is not { } key)
        {
            refusals.Count(http.Connection.RemoteIpAddress);
            return HeadoniErrors.Unauthenticated;
        }

        if (key.TenantId != desk.Id)
            return HeadoniErrors.TokenDeskMismatch;
        if (!key.Caller.Permissions.Has(slice.Permission))
            return HeadoniErrors.InsufficientScope(slice.Permission);
        entrance.Admit(http, context, desk, key);
        return null;
    }

    /// <summary>Health and documents are the server's own, and not the desk's.</summary>
    private static bool IsOfEveryHost(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null && endpoint.Metadata.GetMetadata<Dialect>() is null;

    /// <summary>The token with its prefix, which clients may leave out.</summary>
    private static string? TokenOf(HttpRequest request) =>
        Entrance.BearerToken(request) is { } token ? (token.Length == SecretLength ? HeadoniDialect.Instance.Keys.Live + token : token) : null;
}
