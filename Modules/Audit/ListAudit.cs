namespace Helpdesk.Audit;

/// <summary>The audit log of the tenant, newest first: everything that was changed, and by whom. Filters are combined.</summary>
/// <param name="EventKey">Only events of this name, such as <c>ticket.created</c>.</param>
/// <param name="ActorKind">Only what this sort of actor did.</param>
/// <param name="TicketId">Only what happened to this ticket, by its id.</param>
/// <param name="Since">Only events from this time on.</param>
/// <param name="Until">Only events before this time.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 200, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.AuditRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListAudit(
    string? EventKey, [Choices(typeof(ActorKind))] string? ActorKind, long? TicketId, DateTime? Since, DateTime? Until, string? Cursor, int? Limit)
    : IQuery<Page<AuditEventView>>;

/// <summary>An event of the audit log (mobieus 6.8).</summary>
/// <param name="Id">The event's id.</param>
/// <param name="EventKey">What happened.</param>
/// <param name="ActorKind">What sort of actor did it.</param>
/// <param name="ActorId">The id of the agent, requester or API key; 0 for the system.</param>
/// <param name="ActorLabel">The actor's name for people.</param>
/// <param name="TicketId">The ticket it belongs to, if any.</param>
/// <param name="SubjectType">What sort of thing it happened to.</param>
/// <param name="SubjectId">The thing's id.</param>
/// <param name="Changes">For each field that changed an object with <c>from</c> and <c>to</c>.</param>
/// <param name="Ip">The address that the request came from, where there was one.</param>
/// <param name="CreatedAt">When it happened.</param>
[Example("""
    {
      "id": 190517229740032, "event_key": "ticket.status_changed", "actor_kind": "api", "actor_id": 190517204557824,
      "actor_label": "shop", "ticket_id": 190517221347328, "subject_type": "ticket", "subject_id": 190517221347328,
      "changes": {"status": {"from": "new", "to": "open"}}, "ip": "192.0.2.10", "created_at": "2026-06-14T09:41:27Z"
    }
    """)]
public sealed record AuditEventView(
    long Id, string EventKey, ActorKind ActorKind, long ActorId, string ActorLabel, long? TicketId, string SubjectType, long SubjectId,
    RawJson Changes, string? Ip, DateTime CreatedAt)
{
    internal static AuditEventView Of(LogRow row) => new(
        row.Id, row.EventKey, (ActorKind)row.ActorKind, row.ActorId, row.ActorLabel, row.TicketId, row.SubjectType, row.SubjectId,
        row.Changes is null ? RawJson.EmptyObject : new RawJson(row.Changes), row.Ip, row.At);
}

internal sealed class ListAuditValidator : AbstractValidator<ListAudit>
{
    public ListAuditValidator() => RuleFor(x => x.ActorKind)
        .Must(kind => kind is null || WireName<ActorKind>.TryParse(kind, out _)).WithMessage(WireName<ActorKind>.Wanted);
}

internal sealed class ListAuditHandler(TenantDb db, RequestContext context) : IRequestHandler<ListAudit, Result<Page<AuditEventView>>>
{
    private const int MaxLimit = 200;

    public async Task<Result<Page<AuditEventView>>> Handle(ListAudit request, CancellationToken cancellationToken)
    {
        var list = $"audit {db.TenantId} {context.Caller.IsTest} {request with { Cursor = null, Limit = null }}";
        var (from, until) = (FirstId(request.Since) ?? 0, FirstId(request.Until) ?? long.MaxValue);
        var before = until;
        if (request.Cursor is not null && (Cursor.Decode(request.Cursor, list, 1) is not [var last] || !long.TryParse(last, out before)))
            return Cursor.Invalid;

        var limit = Paging.Limit(request.Limit, MaxLimit);
        var (page, all) = (Args(before), Args(until));
        var (rows, total) = await db.ReadAsync(
            [new(AuditListSql.Page(request, limit > AuditListSql.Few), page), new(AuditListSql.Count(request), all)], async results => (
                await results.ListAsync<LogRow>(cancellationToken),
                await results.SingleOrDefaultAsync<long>(cancellationToken)), cancellationToken);

        var hasMore = rows.Count > limit;
        var items = rows.Take(limit).Select(AuditEventView.Of).ToList();
        return new Page<AuditEventView>(items, hasMore ? Cursor.Encode(list, items[^1].Id.ToString()) : null, total);

        object Args(long beforeId) => new AuditListArgs(
            db.TenantId, context.Caller.IsTest, request.EventKey, WireName<ActorKind>.TryParse(request.ActorKind ?? "", out var kind) ? (short)kind : null,
            request.TicketId, from, beforeId);
    }

    /// <summary>The first id that an event at this time or later can have: the log's times are those of its ids, to the millisecond.</summary>
    private static long? FirstId(DateTime? time) => time is { } instant
        ? Ids.FirstAt(new DateTimeOffset(instant.Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero)
            .AddMilliseconds(instant.Ticks % TimeSpan.TicksPerMillisecond > 0 ? 1 : 0))
        : null;
}

/// <summary>The parameters of the audit log's statements; a statement takes those that it names.</summary>
internal sealed record AuditListArgs(
    long TenantId, bool IsTest, string? EventKey, short? ActorKind, long? TicketId, long From, long Before);

internal sealed class ListAuditEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/audit", Slice.Listed<ListAudit, AuditEventView>())
        .WithSummary("List the audit log").WithTags("Audit");
}
