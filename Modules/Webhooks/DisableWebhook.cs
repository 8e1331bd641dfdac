using Microsoft.Extensions.Logging;

namespace Helpdesk.Webhooks;

/// <summary>
/// Switches an endpoint off because of how it answers; the server's own decision. Nothing happens when it is off already, or when what the
/// decision stood on is so no more: somebody gave it another address meanwhile, or it answers again.
/// </summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Reason">Why.</param>
/// <param name="Url">The address that answered so.</param>
[Requires(Permission.Operate)]
[Refuses(ErrorKind.NotFound, "webhook_not_found")]
public sealed record DisableWebhook(long Id, DisabledReason Reason, string Url) : ICommand<WebhookEndpointView>;

/// <summary>The server switched an endpoint off.</summary>
/// <param name="WebhookId">The endpoint's id.</param>
/// <param name="Reason">Why.</param>
/// <param name="ConsecutiveFailures">How many attempts had failed in a row.</param>
public sealed record WebhookDisabled(long WebhookId, DisabledReason Reason, int ConsecutiveFailures)
    : DomainEvent("webhook.disabled", "webhook", WebhookId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Change.Between(("is_active", true, false));

    /// <inheritdoc/>
    public override object Payload => new { Reason, ConsecutiveFailures };
}

internal sealed class DisableWebhookHandler(
    WebhookWriter writer, TenantDb db, WebhookOptions options, TimeProvider clock, ILogger<DisableWebhookHandler> logger)
    : IRequestHandler<DisableWebhook, Result<WebhookEndpointView>>
{
    public async Task<Result<WebhookEndpointView>> Handle(DisableWebhook request, CancellationToken cancellationToken)
    {
        if (await writer.FindAsync(request.Id, cancellationToken) is not { } before)
            return WebhookErrors.NotFound;
        var now = clock.GetUtcNow().UtcDateTime;
        if (!before.IsActive || before.Url != request.Url
            || (request.Reason is DisabledReason.Failures && !options.IsOff(before.ConsecutiveFailures, before.FailingSince, now)))
        {
            return before.ToView(now);
        }

        var after = before with { IsActive = false, DisabledReason = WireName<DisabledReason>.Of(request.Reason), UpdatedAt = now };
        writer.Save(before, after, new WebhookDisabled(after.Id, request.Reason, after.ConsecutiveFailures));
        var tenantId = db.TenantId;
        db.AfterCommit(() => logger.LogInformation(
            "Webhook endpoint {WebhookId} of tenant {TenantId} was switched off: {Reason}", after.Id, tenantId, request.Reason));
        return after.ToView(now);
    }
}
