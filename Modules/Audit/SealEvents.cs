namespace Helpdesk.Audit;

/// <summary>
/// Seals what the feed brings: after the commit, so a write waits for nothing. A batch may come again after a crash; what is sealed is
/// passed over. Of two nodes that work at once by mistake, one's link is refused by the key of the table.
/// </summary>
internal sealed class SealEvents(Database database, LogReader log, TimeProvider clock) : IFeedConsumer
{
    // Another node may be faster, and more than once.
    private const int MostTries = 20;

    private const string InsertSql = """
        insert into audit.seal as s (tenant_id, first_seq, last_seq, newest_id, members, root, hash, at)
        values (@TenantId, @FirstSeq, @LastSeq, @NewestId, @Members, @Root, @Hash, @At)
        on conflict (tenant_id, first_seq) do nothing returning s.first_seq
        """;

    public string Name => "audit";

    public async Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct)
    {
        var (first, to) = (events[0].Seq, events[^1].Seq);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var found = await log.BeforeSealingAsync(tenantId, first, to, [.. events.Select(happened => happened.Id)], ct);
            var done = found.Head?.LastSeq ?? 0;
            if (done >= to)
                return;
            // The place noted by the feed is ahead of the chain only when links were taken away. That gap must stay to be seen, so it is
            // not sealed again. Events that are gone before they are sealed are not in the batch, but their numbers belong to the run.
            var from = Math.Max(done, Math.Min(found.Read, first - 1)) + 1;
            if (found.Head is null && found.Read == 0)
                from = first; // The feed may begin later than at 1, where an operator has cut it before there were seals.
            var (feed, rows) = from == first ? (found.Feed, found.Events) : await log.RunAsync(tenantId, from, to, ct);
            if (await SealAsync(tenantId, found.Head, from, to, feed, rows, ct))
                return;
        }

        throw new InvalidOperationException($"The numbers {first} to {to} cannot be sealed.");
    }

    /// <summary>False when another node was faster.</summary>
    private async Task<bool> SealAsync(
        long tenantId, Seal? head, long from, long to, List<LogReader.Numbered> feed, List<LogRow> rows, CancellationToken ct)
    {
        var idOf = feed.ToDictionary(row => row.Seq, row => row.EventId);
        var rowOf = rows.ToDictionary(row => row.Id);
        var run = new List<(long, LogRow?)>();
        for (var seq = from; seq <= to; seq++)
        {
            var id = idOf.GetValueOrDefault(seq);
            run.Add((id, rowOf.GetValueOrDefault(id)));
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var seal = Seal.Of(tenantId, head, from, run, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)));
        return await TenantDb.For(database, tenantId).SingleOrDefaultAsync<long?>(InsertSql, new
        {
            TenantId = tenantId,
            seal.FirstSeq,
            seal.LastSeq,
            seal.NewestId,
            seal.Members,
            seal.Root,
            seal.Hash,
            seal.At,
        }, ct) is not null;
    }
}
