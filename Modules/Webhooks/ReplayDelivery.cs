namespace Helpdesk.Webhooks;

/// <summary>
/// Delivers the same event to the same endpoint once more, with the same event id and body, also while the endpoint is switched off. The
/// delivery that is repeated stays as it is.
/// </summary>
/// <param name="Id">The delivery's id.</param>
[Requires(Permission.WebhooksManage)]
[Refuses(ErrorKind.NotFound, "delivery_not_found")]
public sealed record ReplayDelivery([FromRoute] long Id) : ICommand<DeliveryView>;

/// <summary>Somebody had a delivery repeated.</summary>
/// <param name="WebhookId">The endpoint's id.</param>
/// <param name="DeliveryId">The new delivery.</param>
/// <param name="ReplayOf">The one that it repeats.</param>
public sealed record DeliveryReplayed(long WebhookId, long DeliveryId, long ReplayOf) : DomainEvent("webhook.delivery_replayed", "webhook", WebhookId)
{
    /// <inheritdoc/>
    public override object Payload => new { DeliveryId, ReplayOf };
}

internal sealed class ReplayDeliveryHandler(TenantDb db, EventLog log, DeliveryWriter deliveries, Ids ids, TimeProvider clock)
    : IRequestHandler<ReplayDelivery, Result<DeliveryView>>
{
    public async Task<Result<DeliveryView>> Handle(ReplayDelivery request, CancellationToken cancellationToken)
    {
        if (await deliveries.FindAsync(request.Id, cancellationToken) is not { } former)
            return WebhookErrors.DeliveryNotFound;
        var (now, id) = (clock.GetUtcNow().UtcDateTime, ids.Next());
        deliveries.Add(former.EndpointId, Origin.Replay, former.Id, former.Data, [new(id, former.EventId, former.EventType, now)], now);
        log.Append(new DeliveryReplayed(former.EndpointId, id, former.Id));
        return new DeliveryView(
            id, EventName.Of(db.TenantId, former.EventId), former.EventType, DeliveryStatus.Pending, 0, now, null, null, null, null, former.Id, now);
    }
}

internal sealed class ReplayDeliveryEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/webhooks/deliveries/{id}/replay", Slice.Accepted<ReplayDelivery, DeliveryView>())
        .WithSummary("Replay a delivery").WithTags("Webhooks");
}
