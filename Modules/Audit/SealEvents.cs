namespace Helpdesk.Audit;

/// <summary>
/// Seals what the feed brings: after the commit, so a write waits for nothing. A batch may come again after a crash; what is sealed is
/// passed over. Of two nodes that work at once by mistake, one's link is refused by the key of the table.
/// </summary>
internal sealed class SealEvents(Database database, LogReader log, TimeProvider clock) : IFeedConsumer
{
    // Another node may be faster, once or twice.
    private const int MostTries = 5;

    private const string InsertSql = """
        insert into audit.seal as s (tenant_id, first_seq, last_seq, newest_id, members, root, hash, at)
        values (@TenantId, @FirstSeq, @LastSeq, @NewestId, @Members, @Root, @Hash, @At)
        on conflict (tenant_id, first_seq) do nothing returning s.first_seq
        """;

    public string Name => "audit";

    public async Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct)
    {
        var to = events[^1].Seq;
        for (var tries = 0; await log.HeadAsync(tenantId, ct) is var head && (head?.LastSeq ?? 0) < to; tries++)
        {
            if (tries == MostTries)
                throw new InvalidOperationException($"The numbers up to {to} cannot be sealed behind {head?.LastSeq ?? 0}.");
            // The place noted by the feed is ahead of the chain only when links were taken away. That gap must stay to be seen, so it is
            // not sealed again. Events that are gone before they are sealed are not in the batch, but their numbers belong to the run.
            var read = (await log.PlacesAsync(tenantId, ct)).Read;
            var from = Math.Max(head?.LastSeq ?? 0, Math.Min(read, events[0].Seq - 1)) + 1;
            if (head is null && read == 0)
                from = events[0].Seq; // The feed may begin later than at 1, where an operator has cut it before there were seals.
            await SealAsync(tenantId, head, from, to, ct);
        }
    }

    private async Task SealAsync(long tenantId, Seal? head, long from, long to, CancellationToken ct)
    {
        var (feed, events) = await log.RunAsync(tenantId, from, to, ct);
        var idOf = feed.ToDictionary(row => row.Seq, row => row.EventId);
        var rowOf = events.ToDictionary(row => row.Id);
        var run = new List<(long, LogRow?)>();
        for (var seq = from; seq <= to; seq++)
        {
            var id = idOf.GetValueOrDefault(seq);
            run.Add((id, rowOf.GetValueOrDefault(id)));
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var seal = Seal.Of(tenantId, head, from, run, new DateTime(now.Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc));
        await TenantDb.For(database, tenantId).SingleOrDefaultAsync<long?>(InsertSql, new
        {
            TenantId = tenantId,
            seal.FirstSeq,
            seal.LastSeq,
            seal.NewestId,
            seal.Members,
            seal.Root,
            seal.Hash,
            seal.At,
        }, ct);
    }
}
