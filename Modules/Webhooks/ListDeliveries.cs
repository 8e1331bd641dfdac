namespace Helpdesk.Webhooks;

/// <summary>The deliveries to an endpoint, newest first. Those that are done with are kept for 30 days.</summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Status">Only those that are so far.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.WebhooksRead)]
[Refuses(ErrorKind.NotFound, "webhook_not_found")]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListDeliveries([FromRoute] long Id, [Choices(typeof(DeliveryStatus))] string? Status, string? Cursor, int? Limit)
    : IQuery<Page<DeliveryView>>;

internal sealed class ListDeliveriesValidator : AbstractValidator<ListDeliveries>
{
    public ListDeliveriesValidator() => RuleFor(x => x.Status)
        .Must(status => status is null || WireName<DeliveryStatus>.TryParse(status, out _)).WithMessage(WireName<DeliveryStatus>.Wanted);
}

internal sealed class ListDeliveriesHandler(TenantDb db, RequestContext context) : IRequestHandler<ListDeliveries, Result<Page<DeliveryView>>>
{
    private const string All = "d.tenant_id = @TenantId and d.endpoint_id = @Id";

    // What did not succeed has an index of its own, which the statement must name in words.
    private const string Succeeded = $"{All} and d.status = 1";
    private const string Other = $"{All} and d.status <> 1 and d.status = @Status";
    private const string Newest = "and d.id < @Before order by d.id desc limit @Most";

    private const string AllSql = $"select {DeliveryRow.Columns} from {DeliveryRow.From} where {All} {Newest}";
    private const string SucceededSql = $"select {DeliveryRow.Columns} from {DeliveryRow.From} where {Succeeded} {Newest}";
    private const string OtherSql = $"select {DeliveryRow.Columns} from {DeliveryRow.From} where {Other} {Newest}";
    private const string CountAllSql = $"select count(*) from (select 1 from webhooks.delivery d where {All} limit 10000) matching";
    private const string CountSucceededSql = $"select count(*) from (select 1 from webhooks.delivery d where {Succeeded} limit 10000) matching";
    private const string CountOtherSql = $"select count(*) from (select 1 from webhooks.delivery d where {Other} limit 10000) matching";

    private const string ExistsSql = """
        select exists (select from webhooks.endpoint e where e.tenant_id = @TenantId and e.id = @Id and e.is_test = @IsTest)
        """;

    public async Task<Result<Page<DeliveryView>>> Handle(ListDeliveries request, CancellationToken cancellationToken)
    {
        var list = $"deliveries {db.TenantId} {request.Id} {request.Status}";
        var before = long.MaxValue;
        var isCursor = request.Cursor is null || (Cursor.Decode(request.Cursor, list, 1) is [var last] && long.TryParse(last, out before));

        var limit = Paging.Limit(request.Limit);
        DeliveryStatus? status = WireName<DeliveryStatus>.TryParse(request.Status ?? "", out var parsed) ? parsed : null;
        var args = new { db.TenantId, request.Id, context.Caller.IsTest, Status = (short?)status, Before = before, Most = limit + 1 };
        var (pageSql, countSql) = status is null ? (AllSql, CountAllSql)
            : status is DeliveryStatus.Succeeded ? (SucceededSql, CountSucceededSql)
            : (OtherSql, CountOtherSql);
        var (exists, rows, total) = await db.ReadAsync([new(ExistsSql, args), new(pageSql, args), new(countSql, args)], async answers => (
            await answers.SingleOrDefaultAsync<bool>(cancellationToken),
            await answers.ListAsync<DeliveryRow>(cancellationToken),
            await answers.SingleOrDefaultAsync<long>(cancellationToken)), cancellationToken);
        if (!exists)
            return WebhookErrors.NotFound;
        if (!isCursor)
            return Cursor.Invalid;
        var shown = rows.Take(limit).Select(row => row.ToView(db.TenantId)).ToList();
        return new Page<DeliveryView>(shown, rows.Count > limit ? Cursor.Encode(list, shown[^1].Id.ToString()) : null, total);
    }
}

internal sealed class ListDeliveriesEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/webhooks/{id}/deliveries", Slice.Listed<ListDeliveries, DeliveryView>())
        .WithSummary("List the deliveries of a webhook endpoint").WithTags("Webhooks");
}
