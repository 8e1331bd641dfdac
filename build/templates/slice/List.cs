namespace Helpdesk.__Module__;

/// <summary>The tenant's __plural__, newest first.</summary>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.TicketsRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record __Slice__(string? Cursor, int? Limit) : IQuery<Page<__Noun__View>>;

internal sealed class __Slice__Handler(TenantDb db) : IRequestHandler<__Slice__, Result<Page<__Noun__View>>>
{
    private const string PageSql = """
        select id, name, created_at, updated_at from __module__.__noun__
        where tenant_id = @TenantId and id < @Before order by id desc limit @Most
        """;

    private const string CountSql = "select count(*) from __module__.__noun__ where tenant_id = @TenantId";

    public async Task<Result<Page<__Noun__View>>> Handle(__Slice__ request, CancellationToken cancellationToken)
    {
        var list = $"__noun__ {db.TenantId}";
        var before = long.MaxValue;
        if (request.Cursor is not null && (Cursor.Decode(request.Cursor, list, 1) is not [var last] || !long.TryParse(last, out before)))
            return Cursor.Invalid;

        var limit = Paging.Limit(request.Limit);
        var args = new { db.TenantId, Before = before, Most = limit + 1 };
        var (rows, total) = await db.ReadAsync([new(PageSql, args), new(CountSql, args)], async answers => (
            await answers.ListAsync<__Noun__View>(cancellationToken),
            await answers.SingleOrDefaultAsync<long>(cancellationToken)), cancellationToken);
        var hasMore = rows.Count > limit;
        if (hasMore)
            rows.RemoveAt(limit);
        return new Page<__Noun__View>(rows, hasMore ? Cursor.Encode(list, rows[^1].Id.ToString()) : null, total);
    }
}

internal sealed class __Slice__Endpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/__route__", Slice.Listed<__Slice__, __Noun__View>())
        .WithSummary("List __plural__").WithTags("__Module__");
}
