using Helpdesk.Webhooks.Signing;
using Helpdesk.Webhooks.Targets;

namespace Helpdesk.Webhooks;

/// <summary>
/// Makes an endpoint that hears of the events of the key's environment from now on. Each event is sent by <c>POST</c> with the headers
/// <c>Mobieus-Event-Id</c>, <c>Mobieus-Event-Type</c> and <c>Mobieus-Signature</c>, and with those of Standard Webhooks. There can be 100
/// endpoints in an environment.
/// </summary>
/// <param name="Url">Where events are sent to: https, 1 to 2048 characters, and nowhere inside of a private network.</param>
/// <param name="SubscribedEvents">The types to hear of, or <c>*</c> alone for all, those of later versions included.</param>
/// <param name="Description">A note for people, up to 200 characters.</param>
[Requires(Permission.WebhooksManage)]
[Refuses(ErrorKind.Invalid, "too_many_webhooks")]
[Example("""{"url": "https://example.com/hooks/helpdesk", "subscribed_events": ["ticket.created", "ticket.replied"], "description": "Shop"}""")]
public sealed record CreateWebhook([SingleLine] string? Url, string[]? SubscribedEvents, [SingleLine] string? Description)
    : ICommand<CreatedWebhookEndpointView>;

/// <summary>An endpoint was made.</summary>
/// <param name="WebhookId">The endpoint's id.</param>
/// <param name="Url">Where events are sent to.</param>
/// <param name="SubscribedEvents">The types that it hears of.</param>
public sealed record WebhookCreated(long WebhookId, string Url, string[] SubscribedEvents) : DomainEvent("webhook.created", "webhook", WebhookId)
{
    /// <inheritdoc/>
    public override object Payload => new { Url, SubscribedEvents };
}

internal sealed class CreateWebhookValidator : AbstractValidator<CreateWebhook>
{
    public CreateWebhookValidator(WebhookOptions options, EventTypes types)
    {
        RuleFor(x => x.Url).TargetUrl(options);
        RuleFor(x => x.SubscribedEvents).Subscription(types);
        RuleFor(x => x.Description).MaximumLength(WebhookRules.Description);
    }
}

internal sealed class CreateWebhookHandler(
    WebhookWriter writer, RequestContext context, TargetGuard guard, SigningSecrets secrets, Ids ids, TimeProvider clock)
    : IRequestHandler<CreateWebhook, Result<CreatedWebhookEndpointView>>
{
    public async Task<Result<CreatedWebhookEndpointView>> Handle(CreateWebhook request, CancellationToken cancellationToken)
    {
        if (await guard.WhyNotAsync(request.Url!, cancellationToken) is { } reason)
            return Error.Invalid("url", reason);
        // Several at the same moment may pass it by as many; it keeps a tenant from costing much, and need not be exact.
        if (await writer.CountAsync(cancellationToken) >= WebhookRules.MostEndpoints)
            return WebhookErrors.TooMany;
        var (now, secret) = (clock.GetUtcNow().UtcDateTime, SigningSecrets.New());
        var row = new WebhookRow(
            ids.Next(), context.Caller.IsTest, request.Url!, [.. request.SubscribedEvents!.Distinct()], request.Description, IsActive: true,
            DisabledReason: null, ConsecutiveFailures: 0, FailingSince: null, secrets.Protect(context.TenantId, secret), null, null, now, now);
        writer.Save(null, row, new WebhookCreated(row.Id, row.Url, row.SubscribedEvents));
        return row.ToCreatedView(secret);
    }
}

internal sealed class CreateWebhookEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/webhooks", Slice.Created<CreateWebhook, CreatedWebhookEndpointView>())
        .WithSummary("Create a webhook endpoint").WithTags("Webhooks");
}
