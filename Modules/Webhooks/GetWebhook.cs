namespace Helpdesk.Webhooks;

/// <summary>One endpoint.</summary>
/// <param name="Id">The endpoint's id.</param>
[Requires(Permission.WebhooksRead)]
[Refuses(ErrorKind.NotFound, "webhook_not_found")]
public sealed record GetWebhook([FromRoute] long Id) : IQuery<WebhookEndpointView>;

internal sealed class GetWebhookHandler(WebhookWriter webhooks, TimeProvider clock) : IRequestHandler<GetWebhook, Result<WebhookEndpointView>>
{
    public async Task<Result<WebhookEndpointView>> Handle(GetWebhook request, CancellationToken cancellationToken) =>
        await webhooks.FindAsync(request.Id, cancellationToken) is { } row ? row.ToView(clock.GetUtcNow().UtcDateTime) : WebhookErrors.NotFound;
}

internal sealed class GetWebhookEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/webhooks/{id}", Slice.Found<GetWebhook, WebhookEndpointView>())
        .WithSummary("Read a webhook endpoint").WithTags("Webhooks");
}
