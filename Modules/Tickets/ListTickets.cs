using System.ComponentModel;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>
/// The tickets of the tenant. Filters are combined: a ticket must match all of them; a filter with several values separated by commas
/// matches any of them.
/// </summary>
/// <param name="Status">Statuses.</param>
/// <param name="Priority">Priorities.</param>
/// <param name="QueueId">Queues, by id.</param>
/// <param name="HelpTopicId">Help topics, by id.</param>
/// <param name="AssigneeId">Agents, by id, or <c>none</c> for tickets that nobody has.</param>
/// <param name="RequesterId">Requesters, by id.</param>
/// <param name="RequesterEmail">Requesters, by whole address in any letter case.</param>
/// <param name="Tag">Tags, by slug.</param>
/// <param name="Source">Sources.</param>
/// <param name="SlaState">States of the service level.</param>
/// <param name="Q">
/// At least two characters: words of messages and notes by their beginnings, fragments of the subject, or a whole reference. Letter case
/// does not count.
/// </param>
/// <param name="CreatedSince">Tickets that came in at this time or later, in ISO 8601.</param>
/// <param name="CreatedBefore">Tickets that came in before this time, in ISO 8601.</param>
/// <param name="UpdatedSince">Tickets that changed at this time or later, in ISO 8601.</param>
/// <param name="Sort"><c>-id</c> (when absent), <c>id</c>, <c>-updated_at</c>, <c>updated_at</c> or <c>-priority</c> (urgent first).</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.TicketsRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListTickets(
    [Choices(typeof(TicketStatus), Many = true)] string? Status, [Choices(typeof(Priority), Many = true)] string? Priority,
    string? QueueId, string? HelpTopicId, string? AssigneeId, string? RequesterId, string? RequesterEmail, string? Tag,
    [Choices(typeof(TicketSource), Many = true)] string? Source, [Choices(typeof(SlaClock), Many = true)] string? SlaState, string? Q,
    DateTime? CreatedSince, DateTime? CreatedBefore, DateTime? UpdatedSince,
    [Choices("-id", "id", "-updated_at", "updated_at", "-priority"), DefaultValue("-id")] string? Sort, string? Cursor, int? Limit) : IQuery<Page<TicketView>>;

internal sealed class ListTicketsHandler(
    TenantDb db, RequestContext context, IDeskCatalog desks, ITagCatalog tagCatalog, TicketPages pages, CommonSearches common)
    : IRequestHandler<ListTickets, Result<Page<TicketView>>>
{
    public async Task<Result<Page<TicketView>>> Handle(ListTickets request, CancellationToken cancellationToken)
    {
        var (desk, tags) = (await desks.GetAsync(db.TenantId), await tagCatalog.GetAsync(db.TenantId));
        var parsed = TicketFilter.Parse(request, new(db.TenantId, context.Caller.IsTest), desk, tags);
        if (!parsed.TryGet(out var filter))
            return parsed.Error!;
        var list = $"tickets {db.TenantId} {context.Caller.IsTest} {filter.Fingerprint}";
        var after = TicketOrder.Decode(request.Cursor, list);
        if (!after.TryGet(out var key))
            return after.Error!;

        var args = new TicketListArgs(db.TenantId, context.Caller.IsTest, filter, key, Paging.Limit(request.Limit) + 1);
        var (page, total) = filter.Search is null
            ? await pages.ReadAsync(list, filter, args, TicketListSql.Count(filter, args), cancellationToken)
            : await FindAsync(filter, args, desk, tags, cancellationToken);
        return new Page<TicketView>(page.Tickets, page.Last is { } last ? filter.Order.Encode(last, list) : null, total);
    }

    private async Task<(TicketPage Page, long Total)> FindAsync(
        TicketFilter filter, TicketListArgs args, DeskSetup desk, TagSet tags, CancellationToken ct)
    {
        var search = TicketListSql.CommonSearch(filter, args);
        if (search is not null && common.Find(search) is { } known)
        {
            var newest = await db.ReadAsync([new(TicketListSql.Newest(args), args)], answers => answers.ListAsync(Ticket.ReadOwn, args.Most, ct), ct);
            if (newest.Count == args.Most)
                return (await pages.ShowAsync(newest, args.Most - 1, desk, tags, ct), known);
            common.DoNotWalk(search);
        }

        var total = 0L;
        var rows = await db.ReadAsync(
            [new(TicketListSql.Found(filter, args), args)],
            answers => answers.ListAsync(row =>
            {
                total = row.GetInt64(Ticket.OwnColumnCount);
                return row.IsDBNull(0) ? null : Ticket.ReadOwn(row);
            }, args.Most, ct),
            ct);
        if (search is not null)
            common.Keep(search, total);
        return (await pages.ShowAsync(rows.OfType<Ticket>().ToList(), args.Most - 1, desk, tags, ct), total);
    }
}

internal sealed class ListTicketsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/tickets", Slice.Listed<ListTickets, TicketView>())
        .WithSummary("List tickets").WithTags("Tickets");
}
