using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>A page of a list of tickets.</summary>
/// <param name="Tickets">The tickets, without their threads.</param>
/// <param name="Last">The last of them as it is stored, when more follow: the next page begins after it.</param>
internal sealed record TicketPage(IReadOnlyList<TicketView> Tickets, Ticket? Last);

/// <summary>Reads pages of tickets, in the caller's environment.</summary>
internal sealed class TicketPages(
    TenantDb db, RequestContext context, IDeskCatalog desks, ITagCatalog tagCatalog, Requesters requesters, KnownPages known)
{
    /// <summary>
    /// A page, and what another statement counts, in one round trip. Of a page that is known only the versions of its tickets are read, and the
    /// rest when one of them is not as it was.
    /// </summary>
    /// <param name="list">Tells the list from the tenant's others.</param>
    /// <param name="filter">Which tickets.</param>
    /// <param name="args">The values that belong to it; one more row is read than the page has.</param>
    /// <param name="counts">The statement that counts; null when nobody wants the number.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<(TicketPage Page, long Total)> ReadAsync(string list, TicketFilter filter, TicketListArgs args, string? counts, CancellationToken ct)
    {
        var (desk, tags) = (await desks.GetAsync(db.TenantId), await tagCatalog.GetAsync(db.TenantId));
        var key = new PageKey(db.TenantId, context.Caller.IsTest, list, args.AfterValue, args.AfterId, args.Most);
        if (known.Find(key) is { } seen && seen.IsOf(desk, tags))
        {
            var (versions, kept) = await ReadAsync(TicketListSql.PageVersions(filter, args), TicketVersion.Read, args, counts, ct);
            if (seen.IsOf(versions))
                return (seen.Page, kept);
            known.Forget(key);
        }

        var (rows, total) = await ReadAsync(TicketListSql.Page(filter, args), Ticket.ReadOwn, args, counts, ct);
        var read = rows.ConvertAll(TicketVersion.Of);
        var page = await ShowAsync(rows, args.Most - 1, desk, tags, ct);
        known.Keep(key, new(page, read, desk, tags));
        return (page, total);
    }

    /// <summary>The rows as callers see them, without the one too many.</summary>
    public async Task<TicketPage> ShowAsync(List<Ticket> rows, int limit, DeskSetup desk, TagSet tags, CancellationToken ct)
    {
        var hasMore = rows.Count > limit;
        if (hasMore)
            rows.RemoveAt(limit);
        var asking = await requesters.OfAsync(rows, ct);
        var views = new List<TicketView>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
            views.Add(TicketView.Of(rows[i], asking[i], desk, tags));
        return new(views, hasMore ? rows[^1] : null);
    }

    private Task<(List<T> Rows, long Total)> ReadAsync<T>(
        string page, Func<Npgsql.NpgsqlDataReader, T> read, TicketListArgs args, string? counts, CancellationToken ct)
    {
        Statement[] statements = counts is null ? [new(page, args)] : [new(page, args), new(counts, args)];
        return db.ReadAsync(statements, async answers =>
        {
            var rows = await answers.ListAsync(read, args.Most, ct);
            return (rows, counts is null ? 0 : (await answers.ListAsync(static row => row.GetInt64(0), 1, ct))[0]);
        }, ct);
    }
}
