using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

internal sealed class TaggedTickets(TenantDb db, RequestContext context) : ITaggedTickets
{
    private const string CountSql = """
        select owner_id as tag_id, sum(count)::bigint as count from tickets.tally
        where tenant_id = @TenantId and is_test = @IsTest and kind = 't' and owner_id = any(@TagIds)
        group by owner_id
        """;

    public async Task<IReadOnlyDictionary<long, long>> CountAsync(IReadOnlyCollection<long> tagIds, CancellationToken ct)
    {
        if (tagIds.Count == 0)
            return new Dictionary<long, long>();
        var rows = await db.ListAsync<Row>(CountSql, new { db.TenantId, context.Caller.IsTest, TagIds = tagIds.ToArray() }, ct);
        return rows.ToDictionary(row => row.TagId, row => row.Count);
    }

    private sealed record Row(long TagId, long Count);
}
