using Helpdesk.Audit.Contracts;

namespace Helpdesk.Webhooks;

/// <summary>
/// Delivers to an endpoint, once more or for the first time, the events of a time that it is subscribed to: what it missed while it was
/// away or switched off. They go out a hundred a second, beside what happens meanwhile, and may overtake each
/// other, as all deliveries may.
/// </summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Since">Events from this time on.</param>
/// <param name="Until">Events before this time; up to now when absent. A time with more than 10,000 events has to be taken in parts.</param>
[Requires(Permission.WebhooksManage)]
[Refuses(ErrorKind.NotFound, "webhook_not_found")]
[Example("""{"since": "2026-06-14T09:30:00Z", "until": "2026-06-14T10:00:00Z"}""")]
public sealed record ReplayEvents([FromRoute] long Id, DateTime? Since, DateTime? Until) : ICommand<ReplayedEventsView>;

/// <summary>A replay that is under way.</summary>
/// <param name="DeliveryCount">How many events are delivered.</param>
public sealed record ReplayedEventsView(int DeliveryCount);

/// <summary>Somebody had the events of a time delivered to an endpoint.</summary>
/// <param name="WebhookId">The endpoint's id.</param>
/// <param name="Since">From this time on.</param>
/// <param name="Until">Before this time.</param>
/// <param name="DeliveryCount">How many there were.</param>
public sealed record EventsReplayed(long WebhookId, DateTime Since, DateTime Until, int DeliveryCount)
    : DomainEvent("webhook.events_replayed", "webhook", WebhookId)
{
    /// <inheritdoc/>
    public override object Payload => new { Since, Until, DeliveryCount };
}

internal sealed class ReplayEventsValidator : AbstractValidator<ReplayEvents>
{
    public ReplayEventsValidator()
    {
        RuleFor(x => x.Since).NotNull();
        RuleFor(x => x.Until).Must((request, until) => until is null || request.Since is null || until > request.Since)
            .WithMessage("must be later than since.");
    }
}

internal sealed class ReplayEventsHandler(
    EventLog log, WebhookWriter webhooks, DeliveryWriter deliveries, IPublishedLog published, EventTypes types, RequestContext context, Ids ids,
    TimeProvider clock) : IRequestHandler<ReplayEvents, Result<ReplayedEventsView>>
{
    private const int Most = 10_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    public async Task<Result<ReplayedEventsView>> Handle(ReplayEvents request, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(request.Id, cancellationToken) is not { } webhook)
            return WebhookErrors.NotFound;
        var now = clock.GetUtcNow().UtcDateTime;
        var (since, until) = (request.Since!.Value, request.Until ?? now);
        var events = await published.ListAsync(
            context.TenantId, webhook.IsTest, types.Of(webhook.SubscribedEvents), since, until, Most + 1, cancellationToken);
        if (events.Count > Most)
            return Error.Invalid("until", "takes in more than 10,000 events; choose an earlier time.");
        // At a pace, so that what happens meanwhile finds its place between them.
        deliveries.Add(
            webhook.Id, Origin.Replay, replayOf: null, data: null,
            [.. events.Select((one, i) => new NewDelivery(ids.Next(), one.Id, one.Type, now + i * Pace))], now);
        log.Append(new EventsReplayed(webhook.Id, since, until, events.Count));
        return new ReplayedEventsView(events.Count);
    }
}

internal sealed class ReplayEventsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/webhooks/{id}/replay", Slice.Accepted<ReplayEvents, ReplayedEventsView>())
        .WithSummary("Replay the events of a time to a webhook endpoint").WithTags("Webhooks");
}
