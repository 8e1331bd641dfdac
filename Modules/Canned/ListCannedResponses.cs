namespace Helpdesk.Canned;

/// <summary>The canned responses of the tenant, by sort order, then id. Filters are combined.</summary>
/// <param name="QueueId">Only those for this queue, by id, or <c>none</c> for those that are for all queues.</param>
/// <param name="IsActive">Only those that are offered, or only the others.</param>
/// <param name="Q">Only those whose title or slug holds this text, in any letter case.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.CannedRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListCannedResponses(string? QueueId, bool? IsActive, string? Q, string? Cursor, int? Limit)
    : IQuery<Page<CannedResponseView>>;

internal sealed class ListCannedResponsesValidator : AbstractValidator<ListCannedResponses>
{
    public ListCannedResponsesValidator() => RuleFor(x => x.QueueId)
        .Must(text => text is null or ListCannedResponsesHandler.NoQueue || long.TryParse(text, out _))
        .WithMessage("must be the id of a queue, or none.");
}

internal sealed class ListCannedResponsesHandler(TenantDb db)
    : IRequestHandler<ListCannedResponses, Result<Page<CannedResponseView>>>
{
    public const string NoQueue = "none";

    private const string Matching = """
        r.tenant_id = @TenantId
        and (not @OfQueue or r.queue_id is not distinct from @QueueId)
        and (@IsActive is null or r.is_active = @IsActive)
        and (@Fragment is null or r.title ilike @Fragment or r.slug ilike @Fragment)
        """;

    private const string PageSql = $"""
        select {CannedWriter.Columns} from canned.response r
        where {Matching} and (r.sort_order, r.id) > (@AfterOrder, @AfterId)
        order by r.sort_order, r.id limit @Most
        """;

    private const string CountSql = $"select count(*) from canned.response r where {Matching}";

    public async Task<Result<Page<CannedResponseView>>> Handle(ListCannedResponses request, CancellationToken cancellationToken)
    {
        var list = $"canned {db.TenantId} {request with { Cursor = null, Limit = null }}";
        var (afterOrder, afterId) = (-1, 0L);
        if (request.Cursor is not null && (Cursor.Decode(request.Cursor, list, 2) is not [var order, var id]
            || !int.TryParse(order, out afterOrder) || !long.TryParse(id, out afterId)))
        {
            return Cursor.Invalid;
        }

        var limit = Paging.Limit(request.Limit);
        var args = new
        {
            db.TenantId,
            OfQueue = request.QueueId is not null,
            QueueId = long.TryParse(request.QueueId, out var queueId) ? queueId : (long?)null,
            request.IsActive,
            Fragment = FragmentOf(request.Q),
            AfterOrder = afterOrder,
            AfterId = afterId,
            Most = limit + 1,
        };
        var (responses, total) = await db.ReadAsync([new(PageSql, args), new(CountSql, args)], async rows => (
            await rows.ListAsync<CannedResponseView>(cancellationToken),
            await rows.SingleOrDefaultAsync<long>(cancellationToken)), cancellationToken);

        var hasMore = responses.Count > limit;
        if (hasMore)
            responses.RemoveAt(limit);
        var next = hasMore ? Cursor.Encode(list, responses[^1].SortOrder.ToString(), responses[^1].Id.ToString()) : null;
        return new Page<CannedResponseView>(responses, next, total);
    }

    /// <summary>The pattern that finds the text as it is; null for none.</summary>
    private static string? FragmentOf(string? q) => string.IsNullOrWhiteSpace(q)
        ? null
        : $"%{q.Trim().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
}

internal sealed class ListCannedResponsesEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/canned-responses", Slice.Listed<ListCannedResponses, CannedResponseView>())
        .WithSummary("List canned responses").WithTags("Canned responses");
}
