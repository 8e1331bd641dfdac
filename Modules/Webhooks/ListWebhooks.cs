namespace Helpdesk.Webhooks;

/// <summary>The endpoints of the key's environment, newest first.</summary>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.WebhooksRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListWebhooks(string? Cursor, int? Limit) : IQuery<Page<WebhookEndpointView>>;

internal sealed class ListWebhooksHandler(TenantDb db, RequestContext context, TimeProvider clock)
    : IRequestHandler<ListWebhooks, Result<Page<WebhookEndpointView>>>
{
    private const string PageSql = $"""
        select {WebhookRow.Columns} from webhooks.endpoint
        where tenant_id = @TenantId and is_test = @IsTest and id < @Before order by id desc limit @Most
        """;

    private const string CountSql = "select count(*) from webhooks.endpoint where tenant_id = @TenantId and is_test = @IsTest";

    public async Task<Result<Page<WebhookEndpointView>>> Handle(ListWebhooks request, CancellationToken cancellationToken)
    {
        var list = $"webhooks {db.TenantId} {context.Caller.IsTest}";
        var before = long.MaxValue;
        if (request.Cursor is not null && (Cursor.Decode(request.Cursor, list, 1) is not [var last] || !long.TryParse(last, out before)))
            return Cursor.Invalid;

        var limit = Paging.Limit(request.Limit);
        var args = new { db.TenantId, context.Caller.IsTest, Before = before, Most = limit + 1 };
        var (rows, total) = await db.ReadAsync([new(PageSql, args), new(CountSql, args)], async answers => (
            await answers.ListAsync<WebhookRow>(cancellationToken),
            await answers.SingleOrDefaultAsync<long>(cancellationToken)), cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var shown = rows.Take(limit).Select(row => row.ToView(now)).ToList();
        return new Page<WebhookEndpointView>(shown, rows.Count > limit ? Cursor.Encode(list, shown[^1].Id.ToString()) : null, total);
    }
}

internal sealed class ListWebhooksEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/webhooks", Slice.Listed<ListWebhooks, WebhookEndpointView>())
        .WithSummary("List webhook endpoints").WithTags("Webhooks");
}
