using Helpdesk.SharedKernel.Data;

namespace Helpdesk.SharedKernel.Events;

/// <summary>Hands one tenant's numbered events to the consumers: read once for all of them, each from its own place on.</summary>
internal sealed class FeedReader(Database database, TimeProvider clock)
{
    // In the order of the names, as everywhere: two nodes that want the same rows lock them in the same order.
    private const string TakeSql = """
        insert into log.consumer as c (tenant_id, name, last_seq, leased_until)
        select @TenantId, wanted.name, 0, @Until from unnest(@Names) as wanted(name)
        on conflict (tenant_id, name) do update set leased_until = excluded.leased_until where c.leased_until < @Now
        returning c.name, c.last_seq
        """;

    // Each event is looked up by itself, along the numbers. All tenants count from 1, so PostgreSQL takes the numbers behind a place for many, and
    // left to choose how to join them it started parallel workers for a handful: a tenth of a second instead of one millisecond.
    private const string NextSql = """
        select f.id as seq, e.id, e.event_key, e.actor_kind, e.actor_id, e.actor_label, e.is_test, e.subject_type, e.subject_id,
            e.ticket_id, e.changes, e.payload, e.at
        from log.feed f
        cross join lateral (
            select o.id, o.event_key, o.actor_kind, o.actor_id, o.actor_label, o.is_test, o.subject_type, o.subject_id, o.ticket_id,
                o.changes::text as changes, o.payload::text as payload, o.at
            from log.event o where o.tenant_id = @TenantId and o.id = f.event_id limit 1) e
        where f.tenant_id = @TenantId and f.id > @LastSeq
        order by f.id limit 200
        """;

    // Answers how far the numbering is by now: who numbered events meanwhile has found the places taken and leaves them to this reader.
    private const string AdvanceSql = """
        update log.consumer c set last_seq = greatest(c.last_seq, place.last_seq), leased_until = @Until
        from unnest(@Names, @Places) as place(name, last_seq)
        where c.tenant_id = @TenantId and c.name = place.name
        returning (select s.last_seq from log.stream s where s.tenant_id = @TenantId and s.id = 1)
        """;

    // Renewed with every reading, and between consumers that take their time; so long the events of a tenant wait where a process was killed
    // while it read them.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Renewal = Lease / 4;

    /// <summary>Lets the consumers read the tenant's feed to its end, but those that another node is letting.</summary>
    /// <param name="tenantId">Whose feed.</param>
    /// <param name="consumers">Who reads.</param>
    /// <param name="failed">Told of a consumer that threw; it keeps its place before the events, and the others go on.</param>
    /// <param name="ct">Ends the reading; the places that were reached are noted.</param>
    public async Task ReadAsync(
        long tenantId, IReadOnlyList<IFeedConsumer> consumers, Action<IFeedConsumer, Exception> failed, CancellationToken ct)
    {
        var db = TenantDb.For(database, tenantId);
        var reading = await TakeAsync(db, consumers, ct);
        while (reading.Count > 0)
        {
            var (broken, numbered) = (new List<Place>(), 0L);
            try
            {
                await ReadOnceAsync(db, reading, broken, failed, ct);
            }
            finally
            {
                // Also when stopping: another node should not have to wait for the lease to run out.
                numbered = await AdvanceAsync(db, [.. reading, .. broken], DateTime.UnixEpoch, CancellationToken.None);
            }

            if (reading.All(place => place.LastSeq >= numbered))
                return;
            reading = await TakeAsync(db, [.. reading.Select(place => place.Consumer)], ct);
        }
    }

    private async Task ReadOnceAsync(
        TenantDb db, List<Place> reading, List<Place> broken, Action<IFeedConsumer, Exception> failed, CancellationToken ct)
    {
        const int full = 200;
        var renewed = Now;
        while (reading.Count > 0)
        {
            var from = reading.Min(place => place.LastSeq);
            var events = await db.ListAsync<FeedEvent>(NextSql, new { db.TenantId, LastSeq = from }, ct);
            foreach (var place in reading.ToArray())
            {
                var unread = place.LastSeq == from ? events : events.FindAll(happened => happened.Seq > place.LastSeq);
                if (unread.Count == 0)
                    continue;
                try
                {
                    await place.Consumer.HandleAsync(db.TenantId, unread, ct);
                    place.LastSeq = unread[^1].Seq;
                }
                // A remote call that took too long is cancelled as well; only this process's own end is no failure.
                catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    reading.Remove(place);
                    broken.Add(place);
                    failed(place.Consumer, exception);
                }

                if (Now - renewed < Renewal)
                    continue;
                await AdvanceAsync(db, [.. reading, .. broken], Now + Lease, ct);
                renewed = Now;
            }

            if (events.Count < full)
                return;
            await AdvanceAsync(db, [.. reading, .. broken], Now + Lease, ct);
            renewed = Now;
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private async Task<List<Place>> TakeAsync(TenantDb db, IReadOnlyList<IFeedConsumer> consumers, CancellationToken ct)
    {
        var now = Now;
        var taken = await db.ListAsync<Taken>(
            TakeSql, new { db.TenantId, Names = Sorted(consumers.Select(consumer => consumer.Name)), Now = now, Until = now + Lease }, ct);
        return [.. taken.Select(row => new Place(consumers.First(consumer => consumer.Name == row.Name)) { LastSeq = row.LastSeq })];
    }

    private static Task<long> AdvanceAsync(TenantDb db, Place[] places, DateTime until, CancellationToken ct)
    {
        places = [.. places.OrderBy(place => place.Consumer.Name, StringComparer.Ordinal)];
        return db.SingleOrDefaultAsync<long>(AdvanceSql, new
        {
            db.TenantId,
            Names = places.Select(place => place.Consumer.Name).ToArray(),
            Places = places.Select(place => place.LastSeq).ToArray(),
            Until = until,
        }, ct);
    }

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    private sealed record Taken(string Name, long LastSeq);

    /// <summary>How far a consumer has read.</summary>
    private sealed class Place(IFeedConsumer consumer)
    {
        public IFeedConsumer Consumer { get; } = consumer;

        public long LastSeq { get; set; }
    }
}
