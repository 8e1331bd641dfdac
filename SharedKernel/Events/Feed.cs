using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.SharedKernel.Events;

/// <summary>Numbers one tenant's committed events, and hands them to the consumers.</summary>
internal sealed class Feed(Database database)
{
    private const string OpenSql = """
        insert into log.stream as s (tenant_id, id, last_seq) values (@TenantId, 1, 0) on conflict do nothing returning s.id
        """;

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

    private const string TakeSql = """
        insert into log.consumer as c (tenant_id, name, last_seq, leased_until)
        values (@TenantId, @Name, 0, @Until)
        on conflict (tenant_id, name) do update set leased_until = excluded.leased_until where c.leased_until < @Now
        returning c.last_seq
        """;

    private const string NextSql = """
        select f.id as seq, e.id, e.event_key, e.actor_kind, e.actor_id, e.actor_label, e.is_test, e.subject_type, e.subject_id,
            e.ticket_id, e.changes::text as changes, e.payload::text as payload, e.at
        from log.feed f join log.event e on e.tenant_id = f.tenant_id and e.id = f.event_id
        where f.tenant_id = @TenantId and e.tenant_id = @TenantId and f.id > @LastSeq
        order by f.id limit 200
        """;

    private const string AdvanceSql = """
        update log.consumer set last_seq = greatest(last_seq, @LastSeq), leased_until = @Until
        where tenant_id = @TenantId and name = @Name
        """;

    /// <summary>Gives the waiting events the tenant's next numbers; answers how many, 0 also when another node is at it.</summary>
    public async Task<int> SealAsync(long tenantId, CancellationToken ct)
    {
        var db = TenantDb.For(database, tenantId);
        var count = await db.SingleOrDefaultAsync<int?>(SealSql, new { TenantId = tenantId }, ct);
        if (count is null)
            await db.SingleOrDefaultAsync<long?>(OpenSql, new { TenantId = tenantId }, ct);
        else if (count > 0)
            Telemetry.EventsNumbered.Add(count.Value);
        return count ?? 0;
    }

    /// <summary>Lets the consumer read the tenant's feed to its end, unless another node is letting it.</summary>
    public async Task ConsumeAsync(long tenantId, IFeedConsumer consumer, TimeProvider clock, CancellationToken ct)
    {
        var db = TenantDb.For(database, tenantId);
        var now = clock.GetUtcNow().UtcDateTime;
        var last = await db.SingleOrDefaultAsync<long?>(
            TakeSql, new { TenantId = tenantId, consumer.Name, Now = now, Until = now.AddMinutes(1) }, ct);
        if (last is not { } lastSeq)
            return;
        try
        {
            while (await db.ListAsync<FeedEvent>(NextSql, new { TenantId = tenantId, LastSeq = lastSeq }, ct) is { Count: > 0 } events)
            {
                await consumer.HandleAsync(tenantId, events, ct);
                lastSeq = events[^1].Seq;
                await AdvanceAsync(db, consumer, lastSeq, clock.GetUtcNow().UtcDateTime.AddMinutes(1), ct);
            }
        }
        finally
        {
            // Also when stopping: another node should not have to wait for the lease to run out.
            await AdvanceAsync(db, consumer, lastSeq, DateTime.UnixEpoch, CancellationToken.None);
        }
    }

    private static Task AdvanceAsync(TenantDb db, IFeedConsumer consumer, long lastSeq, DateTime until, CancellationToken ct) =>
        db.SingleOrDefaultAsync<int>(AdvanceSql, new { db.TenantId, consumer.Name, LastSeq = lastSeq, Until = until }, ct);
}
