using Helpdesk.Desk.Contracts;

namespace Helpdesk.Tickets;

internal sealed class OpenTickets(TenantDb db, IDeskCatalog desks, RequestContext context) : IOpenTickets
{
    private const string CountSql = """
        select kind::text as kind, owner_id, sum(count)::bigint as count from tickets.tally
        where tenant_id = @TenantId and is_test = @IsTest and kind = any('{a,q}') and status_id = any(@Statuses)
        group by kind, owner_id
        """;

    public async Task<OpenTicketCounts> CountAsync(CancellationToken ct)
    {
        var desk = await desks.GetAsync(db.TenantId);
        var rows = await db.ListAsync<Row>(CountSql,
            new { db.TenantId, context.Caller.IsTest, Statuses = desk.StatusIds(StatusRules.OpenWork) }, ct);
        return new(By(rows, Tally.ByQueue), By(rows, Tally.ByAssignee));
    }

    private static Dictionary<long, long> By(List<Row> rows, char kind) =>
        rows.Where(row => row.Kind[0] == kind).ToDictionary(row => row.OwnerId, row => row.Count);

    private sealed record Row(string Kind, long OwnerId, long Count);
}
