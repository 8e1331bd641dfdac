using System.ComponentModel;
using Helpdesk.Webhooks.Signing;

namespace Helpdesk.Webhooks;

/// <summary>
/// Gives an endpoint a new secret. For a while deliveries are signed with both, so that receivers can change over without missing one; a
/// secret that was in its own such while ends at once.
/// </summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="GraceSeconds">For how long the former secret signs too: 0 to 604,800 seconds, a day when absent.</param>
[Requires(Permission.WebhooksManage)]
[Refuses(ErrorKind.NotFound, "webhook_not_found")]
[OptionalBody]
public sealed record RotateWebhook([FromRoute] long Id, [property: DefaultValue(86_400)] int? GraceSeconds) : ICommand<RotatedWebhookEndpointView>;

/// <summary>An endpoint got a new secret.</summary>
/// <param name="WebhookId">The endpoint's id.</param>
/// <param name="GraceSeconds">For how long the former one signs too.</param>
public sealed record WebhookRotated(long WebhookId, int GraceSeconds) : DomainEvent("webhook.rotated", "webhook", WebhookId)
{
    /// <inheritdoc/>
    public override object Payload => new { GraceSeconds };
}

internal sealed class RotateWebhookValidator : AbstractValidator<RotateWebhook>
{
    private const int Week = 604_800;

    public RotateWebhookValidator() => RuleFor(x => x.GraceSeconds).InclusiveBetween(0, Week);
}

internal sealed class RotateWebhookHandler(WebhookWriter writer, RequestContext context, SigningSecrets secrets, TimeProvider clock)
    : IRequestHandler<RotateWebhook, Result<RotatedWebhookEndpointView>>
{
    private const int Day = 86_400;

    public async Task<Result<RotatedWebhookEndpointView>> Handle(RotateWebhook request, CancellationToken cancellationToken)
    {
        if (await writer.FindAsync(request.Id, cancellationToken) is not { } before)
            return WebhookErrors.NotFound;
        var (now, grace, secret) = (clock.GetUtcNow().UtcDateTime, request.GraceSeconds ?? Day, SigningSecrets.New());
        var expires = now.AddSeconds(grace);
        var after = before with
        {
            Secret = secrets.Protect(context.TenantId, secret),
            PreviousSecret = grace > 0 ? before.Secret : null,
            PreviousSecretExpiresAt = grace > 0 ? expires : null,
            UpdatedAt = now,
        };
        writer.Save(before, after, new WebhookRotated(after.Id, grace));
        return after.ToRotatedView(secret, now, expires);
    }
}

internal sealed class RotateWebhookEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/webhooks/{id}/rotate", Slice.Done<RotateWebhook, RotatedWebhookEndpointView>())
        .WithSummary("Rotate the secret of a webhook endpoint").WithTags("Webhooks");
}
