namespace Helpdesk.Webhooks;

/// <summary>The attempts that were made at a delivery, the first one first.</summary>
/// <param name="Id">The delivery's id.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.WebhooksRead)]
[Refuses(ErrorKind.NotFound, "delivery_not_found")]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListAttempts([FromRoute] long Id, string? Cursor, int? Limit) : IQuery<Page<AttemptView>>;

/// <summary>An attempt to deliver an event.</summary>
/// <param name="Number">Which one of the delivery, from 1.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ResponseStatus">The HTTP status of the response; null when there was none.</param>
/// <param name="LatencyMs">Milliseconds until the response came, or until the attempt was given up.</param>
/// <param name="ResponseBody">The first 2 KB of the response's body.</param>
/// <param name="Error">Why there was no response; null when there was one.</param>
[Example("""
    {"number": 1, "created_at": "2026-06-14T09:30:00Z", "response_status": 503, "latency_ms": 112, "response_body": "Back soon.", "error": null}
    """)]
public sealed record AttemptView(
    int Number, DateTime CreatedAt, int? ResponseStatus, int LatencyMs, string? ResponseBody, DeliveryError? Error);

internal sealed class ListAttemptsHandler(TenantDb db, DeliveryWriter deliveries) : IRequestHandler<ListAttempts, Result<Page<AttemptView>>>
{
    private const string ListSql = """
        select a.number, a.at, a.response_status, a.latency_ms, a.response_body, a.error from webhooks.attempt a
        where a.tenant_id = @TenantId and a.delivery_id = @Id order by a.number
        """;

    public async Task<Result<Page<AttemptView>>> Handle(ListAttempts request, CancellationToken cancellationToken)
    {
        var args = deliveries.Named(request.Id);
        var (found, rows) = await db.ReadAsync([new(DeliveryWriter.FindSql, args), new(ListSql, args)], async answers => (
            await answers.SingleOrDefaultAsync<DeliveryRow>(cancellationToken),
            await answers.ListAsync<AttemptRow>(cancellationToken)), cancellationToken);
        if (found is null)
            return WebhookErrors.DeliveryNotFound;
        var views = rows.ConvertAll(row => new AttemptView(
            row.Number, row.At, row.ResponseStatus, row.LatencyMs, row.ResponseBody, DeliveryRow.ErrorOf(row.Error)));
        return Paging.Of(views, $"attempts {db.TenantId} {request.Id}", request.Cursor, request.Limit, view => [view.Number.ToString()],
            (view, after) => int.TryParse(after[0], out var number) ? view.Number.CompareTo(number) : null);
    }

    private sealed record AttemptRow(int Number, DateTime At, int? ResponseStatus, int LatencyMs, string? ResponseBody, string? Error);
}

internal sealed class ListAttemptsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/webhooks/deliveries/{id}/attempts", Slice.Listed<ListAttempts, AttemptView>())
        .WithSummary("List the attempts at a delivery").WithTags("Webhooks");
}
