using System.Text.Json.Serialization;

namespace Helpdesk.Audit;

/// <summary>
/// The published events of the tenant, newest first. To follow them, ask with <c>sort=id</c> and go on with each answer's cursor: it
/// stands also where there is nothing more yet, and every event comes exactly once, in the order in which the server numbered them.
/// </summary>
/// <param name="Type">Only events of this type.</param>
/// <param name="Since">Only events from this time on, ISO 8601; or only those numbered after an event, by its id <c>evt_…</c>.</param>
/// <param name="Sort"><c>-id</c>, newest first, when absent; or <c>id</c>, oldest first.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.EventsRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListEvents(string? Type, string? Since, [Choices("-id", "id")] string? Sort, string? Cursor, int? Limit)
    : IQuery<Page<PublishedEventView>>;

/// <summary>An event as programs outside see it, the same here and in webhooks (mobieus 7).</summary>
/// <param name="Id">Its name: <c>evt_</c> and a ULID. Tell repeated deliveries by it.</param>
/// <param name="Type">What happened.</param>
/// <param name="CreatedAt">When it happened.</param>
/// <param name="Data">What it happened to, as it was soon after, and who did it.</param>
public sealed record PublishedEventView(
    string Id, string Type, [property: JsonConverter(typeof(MillisecondTime))] DateTime CreatedAt, RawJson Data);

internal sealed class ListEventsValidator : AbstractValidator<ListEvents>
{
    public ListEventsValidator(IEnumerable<IPublishedEvents> publishers)
    {
        var types = publishers.SelectMany(publisher => publisher.Types).ToHashSet();
        RuleFor(x => x.Type).Must(type => type is null || types.Contains(type)).WithMessage($"must be one of {string.Join(", ", types)}.");
        RuleFor(x => x.Sort).Must(sort => sort is null or "id" or "-id").WithMessage("must be id or -id.");
        RuleFor(x => x.Since).Must(since => since is null || since.StartsWith("evt_", StringComparison.Ordinal) || Times.TryParse(since, out _))
            .WithMessage("must be a time in ISO 8601, such as 2026-01-31T09:30:00Z, or the id of an event.");
    }
}

internal sealed class ListEventsHandler(TenantDb db, RequestContext context) : IRequestHandler<ListEvents, Result<Page<PublishedEventView>>>
{
    private const string Columns = "p.id as seq, p.event_id, p.type, p.at, p.data";
    private const string All = "p.tenant_id = @TenantId and p.is_test = @IsTest and p.id > @After and p.id < @Before and p.event_id >= @FromId";

    private const string NewestSql = $"select {Columns} from audit.published p where {All} order by p.id desc limit 101";
    private const string NewestOfTypeSql = $"select {Columns} from audit.published p where {All} and p.type = @Type order by p.id desc limit 101";
    private const string OldestSql = $"select {Columns} from audit.published p where {All} order by p.id limit 101";
    private const string OldestOfTypeSql = $"select {Columns} from audit.published p where {All} and p.type = @Type order by p.id limit 101";
    private const string CountSql = $"select count(*) from (select 1 from audit.published p where {All} limit 10000) matching";
    private const string CountOfTypeSql = $"select count(*) from (select 1 from audit.published p where {All} and p.type = @Type limit 10000) matching";

    private const string SeqOfSql = "select p.id from audit.published p where p.tenant_id = @TenantId and p.is_test = @IsTest and p.event_id = @EventId";

    // Numbers follow the order of commits and ids that of beginnings, so the first event of a time need not have the first number. No
    // transaction is open for so long that ten thousand others overtake it.
    private const string FirstSeqSql = """
        select min(near.id) from (
            select p.id from audit.published p where p.tenant_id = @TenantId and p.event_id >= @FromId order by p.event_id limit 10000) near
        """;

    public async Task<Result<Page<PublishedEventView>>> Handle(ListEvents request, CancellationToken cancellationToken)
    {
        var list = $"events {db.TenantId} {context.Caller.IsTest} {request with { Cursor = null, Limit = null }}";
        var isOldestFirst = request.Sort == "id";
        long? place = null;
        if (request.Cursor is not null)
        {
            if (Cursor.Decode(request.Cursor, list, 1) is not [var last] || !long.TryParse(last, out var seq))
                return Cursor.Invalid;
            place = seq;
        }

        if ((await SinceAsync(request.Since, cancellationToken)) is not var (after, fromId))
            return Error.Invalid("since", "names no event of this tenant.");
        var limit = Paging.Limit(request.Limit);
        var all = new EventListArgs(db.TenantId, context.Caller.IsTest, request.Type, after, long.MaxValue, fromId);
        var page = isOldestFirst ? all with { After = Math.Max(after, place ?? 0) } : all with { Before = place ?? long.MaxValue };
        var (pageSql, countSql) = request.Type is null
            ? (isOldestFirst ? OldestSql : NewestSql, CountSql)
            : (isOldestFirst ? OldestOfTypeSql : NewestOfTypeSql, CountOfTypeSql);
        var (rows, total) = await db.ReadAsync([new(pageSql, page), new(countSql, all)], async results => (
            await results.ListAsync<PublishedRow>(cancellationToken),
            await results.SingleOrDefaultAsync<long>(cancellationToken)), cancellationToken);

        var hasMore = rows.Count > limit;
        var shown = rows.Take(limit).ToList();
        var end = shown.Count > 0 ? shown[^1].Seq : place ?? 0;
        return new Page<PublishedEventView>(
            [.. shown.Select(row => new PublishedEventView(EventName.Of(db.TenantId, row.EventId), row.Type, row.At, new RawJson(row.Data)))],
            hasMore || isOldestFirst ? Cursor.Encode(list, end.ToString()) : null, total, hasMore);
    }

    /// <summary>The number after which the list begins, and the least id that it shows; null when there is no such event.</summary>
    private async Task<(long After, long FromId)?> SinceAsync(string? since, CancellationToken ct)
    {
        if (since is null)
            return (0, 0);
        if (Times.TryParse(since, out var time))
        {
            var from = PublishedLog.FirstId(time);
            var first = await db.SingleOrDefaultAsync<long?>(FirstSeqSql, new { db.TenantId, FromId = from }, ct);
            return (first - 1 ?? long.MaxValue, from);
        }

        if (EventName.IdOf(db.TenantId, since) is not { } id)
            return null;
        var seq = await db.SingleOrDefaultAsync<long?>(SeqOfSql, new { db.TenantId, context.Caller.IsTest, EventId = id }, ct);
        return seq is null ? null : (seq.Value, 0);
    }

    private sealed record PublishedRow(long Seq, long EventId, string Type, DateTime At, string Data);
}

/// <summary>The parameters of the statements of the list of events.</summary>
internal sealed record EventListArgs(long TenantId, bool IsTest, string? Type, long After, long Before, long FromId);

internal sealed class ListEventsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/events", Slice.Listed<ListEvents, PublishedEventView>())
        .WithSummary("List events").WithTags("Events");
}
