namespace Helpdesk.Webhooks;

/// <summary>Deletes an endpoint for good, with the history of its deliveries. What waits to be sent to it is not sent any more.</summary>
/// <param name="Id">The endpoint's id.</param>
[Requires(Permission.WebhooksManage)]
[Refuses(ErrorKind.NotFound, "webhook_not_found")]
public sealed record DeleteWebhook([FromRoute] long Id) : ICommand<DeletedView>;

/// <summary>An endpoint was deleted.</summary>
/// <param name="WebhookId">The endpoint's id.</param>
/// <param name="Url">Where events were sent to.</param>
public sealed record WebhookDeleted(long WebhookId, string Url) : DomainEvent("webhook.deleted", "webhook", WebhookId)
{
    /// <inheritdoc/>
    public override object Payload => new { Url };
}

internal sealed class DeleteWebhookHandler(TenantDb db, EventLog log, WebhookWriter webhooks) : IRequestHandler<DeleteWebhook, Result<DeletedView>>
{
    private const string DeleteSql = """
        with gone as (delete from webhooks.endpoint where tenant_id = @TenantId and id = @Id returning 1)
        select kernel.expect_one(count(*)) from gone
        """;

    public async Task<Result<DeletedView>> Handle(DeleteWebhook request, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(request.Id, cancellationToken) is not { } row)
            return WebhookErrors.NotFound;
        db.Enqueue(DeleteSql, new { db.TenantId, row.Id });
        log.Append(new WebhookDeleted(row.Id, row.Url));
        return new DeletedView(row.Id);
    }
}

internal sealed class DeleteWebhookEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/webhooks/{id}/delete", Slice.Done<DeleteWebhook, DeletedView>())
        .WithSummary("Delete a webhook endpoint").WithTags("Webhooks");
}
