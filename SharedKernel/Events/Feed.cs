using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.SharedKernel.Events;

/// <summary>Numbers one tenant's committed events.</summary>
internal sealed class Feed(Database database)
{
    private const string OpenSql = """
        insert into log.stream as s (tenant_id, id, last_seq) values (@TenantId, 1, 0) on conflict do nothing returning s.id
        """;

    // The queue is walked by its index, in order: such a walk marks the entries of what was numbered as dead and does not meet them again, where
    // a plan of any other kind visits all that vacuum has not taken away yet.
    private const string ByIndexSql =
        "select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)";

    // The deleted rows are what is numbered: a row that another sealer took first is not deleted here, so none is numbered twice.
    // A stream row that is locked yields nothing: the one who holds it does the work.
    private const string SealSql = """
        with stream as (
            select last_seq from log.stream where tenant_id = @TenantId and id = 1 for update skip locked),
        newest as (
            select max(event_id) as event_id from (
                select event_id from log.outbox where tenant_id = @TenantId order by event_id limit 500) waiting),
        taken as (
            delete from log.outbox o using stream, newest
            where o.tenant_id = @TenantId and o.event_id <= newest.event_id
            returning o.event_id, o.at),
        fed as (
            insert into log.feed as f (tenant_id, id, event_id, at)
            select @TenantId, stream.last_seq + row_number() over (order by taken.event_id), taken.event_id, taken.at from taken, stream
            returning f.id)
        update log.stream s set last_seq = stream.last_seq + (select count(*) from fed) from stream
        where s.tenant_id = @TenantId and s.id = 1
        returning (select count(*) from fed)::int
        """;

    /// <summary>Gives the waiting events the tenant's next numbers; answers how many, 0 also when another node is at it.</summary>
    public async Task<int> SealAsync(long tenantId, CancellationToken ct)
    {
        var db = TenantDb.For(database, tenantId);
        var args = new { TenantId = tenantId };
        var count = await db.ReadAsync([new(ByIndexSql, args), new(SealSql, args)], async rows =>
        {
            await rows.SkipAsync(ct);
            return await rows.SingleOrDefaultAsync<int?>(ct);
        }, ct);
        if (count is null)
            await db.SingleOrDefaultAsync<long?>(OpenSql, args, ct);
        else if (count > 0)
            Telemetry.EventsNumbered.Add(count.Value);
        return count ?? 0;
    }
}
