using Helpdesk.Tickets.Contracts;
using Npgsql;

namespace Helpdesk.Tickets;

internal sealed class TicketThreads(TenantDb db, RequestContext context) : ITicketThreads
{
    private const string Columns = "m.id, m.author_kind, m.author_name, left(m.body_md, 20000) as body, m.is_internal, m.created_at";

    // Another environment's ticket has no thread either.
    private const string OfTicket = """
        m.tenant_id = @TenantId and m.kind <> 2 and m.ticket_id = (
            select t.id from tickets.ticket t where t.tenant_id = @TenantId and t.is_test = @IsTest and t.id = @Id)
        """;

    private const string FindSql = $"""
        select {Ticket.OwnColumns} from tickets.ticket t where t.tenant_id = @TenantId and t.is_test = @IsTest and t.id = @Id
        """;

    private const string EntriesSql = $"""
        select e.id, e.author_kind, e.author_name, e.body, e.is_internal, e.created_at from (
            (select {Columns} from tickets.message m where {OfTicket} order by m.id limit 40)
            union
            (select {Columns} from tickets.message m where {OfTicket} order by m.id desc limit 80)) e
        order by e.id
        """;

    private const string CountSql = $"select count(*) from tickets.message m where {OfTicket}";

    private const string FirstSql = """
        select t.id, m.id, t.subject, m.body, t.resolved_at is null and t.closed_at is null
        from tickets.ticket t
        cross join lateral (
            select m.id, left(m.body_md, 600) as body from tickets.message m
            where m.tenant_id = t.tenant_id and m.ticket_id = t.id and m.kind = 0 and m.author_kind = 1 and not m.is_internal
            order by m.id limit 1) m
        where t.tenant_id = @TenantId and t.is_test = @IsTest and t.id >= @From and t.merged_into_id is null
        order by t.id desc limit @Most
        """;

    public Task<TicketThread?> FindAsync(long ticketId, CancellationToken ct)
    {
        var args = new { db.TenantId, context.Caller.IsTest, Id = ticketId };
        return db.ReadAsync([new(FindSql, args), new(EntriesSql, args), new(CountSql, args)], async rows =>
        {
            if (await rows.ListAsync(Ticket.ReadOwn, 1, ct) is not [var ticket])
                return null;
            var entries = await rows.ListAsync(ReadEntry, 8, ct);
            return new TicketThread(
                ticket.Id, TicketView.ReferenceOf(ticket.Number), ticket.Subject, ticket.StatusId, ticket.Priority, ticket.QueueId,
                ticket.HelpTopicId, ticket.AssigneeId, ticket.CreatedAt, entries,
                (int)await rows.SingleOrDefaultAsync<long>(ct) - entries.Count);
        }, ct);
    }

    public async Task<IReadOnlyList<T>> FirstMessagesAsync<T>(DateTime since, int most, Func<FirstMessage, T> keep, CancellationToken ct)
    {
        var args = new { db.TenantId, context.Caller.IsTest, From = Ids.FirstAt(new DateTimeOffset(since, TimeSpan.Zero)), Most = most };
        return await db.ReadAsync([new(FirstSql, args)], rows => rows.ListAsync(row => keep(ReadFirst(row)), 64, ct), ct);
    }

    private static ThreadEntry ReadEntry(NpgsqlDataReader row) => new(
        row.GetInt64(0), (ActorKind)row.GetInt16(1), row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetDateTime(5));

    private static FirstMessage ReadFirst(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetBoolean(4));
}
