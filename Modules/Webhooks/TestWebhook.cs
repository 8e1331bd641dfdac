using System.Text.Json;

namespace Helpdesk.Webhooks;

/// <summary>
/// Sends an event of the type <c>webhook.test</c> to an endpoint, whatever it is subscribed to and also while it is switched off. What came
/// of it stands among its deliveries.
/// </summary>
/// <param name="Id">The endpoint's id.</param>
[Requires(Permission.WebhooksManage)]
[Refuses(ErrorKind.NotFound, "webhook_not_found")]
public sealed record TestWebhook([FromRoute] long Id) : ICommand<TestedWebhookView>;

/// <summary>A test that is under way.</summary>
/// <param name="DeliveryId">The delivery to look at.</param>
public sealed record TestedWebhookView(long DeliveryId);

/// <summary>Somebody had a test sent to an endpoint.</summary>
/// <param name="WebhookId">The endpoint's id.</param>
/// <param name="DeliveryId">The delivery.</param>
public sealed record WebhookTested(long WebhookId, long DeliveryId) : DomainEvent("webhook.tested", "webhook", WebhookId)
{
    /// <inheritdoc/>
    public override object Payload => new { DeliveryId };
}

internal sealed class TestWebhookHandler(
    EventLog log, WebhookWriter webhooks, DeliveryWriter deliveries, RequestContext context, Ids ids, TimeProvider clock)
    : IRequestHandler<TestWebhook, Result<TestedWebhookView>>
{
    public async Task<Result<TestedWebhookView>> Handle(TestWebhook request, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(request.Id, cancellationToken) is not { } webhook)
            return WebhookErrors.NotFound;
        var (now, id, caller) = (clock.GetUtcNow().UtcDateTime, ids.Next(), context.Caller);
        var data = JsonSerializer.Serialize(
            new { Webhook = webhook.ToView(now), Actor = new { caller.Kind, caller.Id, Name = caller.Label } }, WireJson.Options);
        var eventId = log.Append(new WebhookTested(webhook.Id, id));
        deliveries.Add(webhook.Id, Origin.Test, replayOf: null, data, [new(id, eventId, EventTypes.Test, now)], now);
        return new TestedWebhookView(id);
    }
}

internal sealed class TestWebhookEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/webhooks/{id}/test", Slice.Accepted<TestWebhook, TestedWebhookView>())
        .WithSummary("Test a webhook endpoint").WithTags("Webhooks");
}
