using Helpdesk.Webhooks.Targets;

namespace Helpdesk.Webhooks;

/// <summary>
/// Changes an endpoint. Absent members keep their value. Switched on again, or given another address, it begins without failures; what
/// happened while it was off is not sent by itself, but can be replayed.
/// </summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Url">Where events are sent to: https, 1 to 2048 characters, and nowhere inside of a private network.</param>
/// <param name="SubscribedEvents">The types to hear of, or <c>*</c> alone for all.</param>
/// <param name="Description">A note for people, up to 200 characters; null for none.</param>
/// <param name="IsActive">Whether it hears of events.</param>
[Requires(Permission.WebhooksManage)]
[Refuses(ErrorKind.NotFound, "webhook_not_found")]
[Example("""{"subscribed_events": ["*"], "is_active": true}""")]
public sealed record UpdateWebhook(
    [FromRoute] long Id, [SingleLine] Optional<string?> Url, Optional<string[]?> SubscribedEvents, [SingleLine] Optional<string?> Description,
    Optional<bool?> IsActive) : ICommand<WebhookEndpointView>;

/// <summary>An endpoint was changed.</summary>
/// <param name="WebhookId">The endpoint's id.</param>
/// <param name="Fields">The fields before and after.</param>
public sealed record WebhookUpdated(long WebhookId, IReadOnlyDictionary<string, Change> Fields) : DomainEvent("webhook.updated", "webhook", WebhookId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Fields;
}

internal sealed class UpdateWebhookValidator : AbstractValidator<UpdateWebhook>
{
    public UpdateWebhookValidator(WebhookOptions options, EventTypes types)
    {
        RuleFor(x => x.Url.Value).TargetUrl(options).When(x => x.Url.IsSet).OverridePropertyName("url");
        RuleFor(x => x.SubscribedEvents.Value).Subscription(types).When(x => x.SubscribedEvents.IsSet).OverridePropertyName("subscribed_events");
        RuleFor(x => x.Description.Value).MaximumLength(WebhookRules.Description).When(x => x.Description.IsSet).OverridePropertyName("description");
        RuleFor(x => x.IsActive.Value).NotNull().When(x => x.IsActive.IsSet).OverridePropertyName("is_active");
    }
}

internal sealed class UpdateWebhookHandler(WebhookWriter writer, TargetGuard guard, TimeProvider clock)
    : IRequestHandler<UpdateWebhook, Result<WebhookEndpointView>>
{
    public async Task<Result<WebhookEndpointView>> Handle(UpdateWebhook request, CancellationToken cancellationToken)
    {
        if (await writer.FindAsync(request.Id, cancellationToken) is not { } before)
            return WebhookErrors.NotFound;
        if (request.Url.IsSet && request.Url.Value != before.Url && await guard.WhyNotAsync(request.Url.Value!, cancellationToken) is { } reason)
            return Error.Invalid("url", reason);

        var now = clock.GetUtcNow().UtcDateTime;
        var after = before with
        {
            Url = request.Url.Or(before.Url)!,
            SubscribedEvents = request.SubscribedEvents.IsSet ? [.. request.SubscribedEvents.Value!.Distinct()] : before.SubscribedEvents,
            Description = request.Description.Or(before.Description),
            IsActive = request.IsActive.Or(before.IsActive)!.Value,
        };
        var changes = Change.Between(
            ("url", before.Url, after.Url), ("subscribed_events", before.SubscribedEvents, after.SubscribedEvents),
            ("description", before.Description, after.Description), ("is_active", before.IsActive, after.IsActive));
        if (changes.Count == 0)
            return before.ToView(now);
        var beginsAnew = after.Url != before.Url || (after.IsActive && !before.IsActive);
        after = after with
        {
            DisabledReason = after.IsActive ? null : before.DisabledReason ?? WireName<DisabledReason>.Of(DisabledReason.Manual),
            ConsecutiveFailures = beginsAnew ? 0 : before.ConsecutiveFailures,
            UpdatedAt = now,
        };
        writer.Save(before, after, new WebhookUpdated(after.Id, changes), beginsAnew);
        return after.ToView(now);
    }
}

internal sealed class UpdateWebhookEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/webhooks/{id}", Slice.Done<UpdateWebhook, WebhookEndpointView>())
        .WithSummary("Update a webhook endpoint").WithTags("Webhooks");
}
