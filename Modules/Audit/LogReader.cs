namespace Helpdesk.Audit;

/// <summary>Reads a tenant's chain and what it speaks of.</summary>
internal sealed class LogReader(Database database)
{
    private const string SealColumns = "s.first_seq, s.last_seq, s.newest_id, s.members, s.root, s.hash, s.at";
    private const string CheckpointColumns = "c.tenant_id, c.number, c.seq, c.hash, c.before_id, c.at, c.key_id, c.signature";

    private const string SealsSql = $"""
        select {SealColumns} from audit.seal s where s.tenant_id = @TenantId and s.first_seq >= @From order by s.first_seq limit 1000
        """;

    private const string SealAtSql = $"""
        select {SealColumns} from audit.seal s where s.tenant_id = @TenantId and s.first_seq <= @Seq order by s.first_seq desc limit 1
        """;

    private const string FeedSql = """
        select f.id as seq, f.event_id from log.feed f where f.tenant_id = @TenantId and f.id >= @From and f.id <= @To
        """;

    private const string EventsSql = $"""
        select {LogRow.Columns} from log.event e where e.tenant_id = @TenantId and e.id = any(@Ids)
        """;

    private const string OthersSql = """
        select e.id from log.event e
        where e.tenant_id = @TenantId and e.id > @After and e.id <= @UpTo and e.id <> all(@Ids) order by e.id limit 1000
        """;

    private const string WaitingSql = "select o.event_id from log.outbox o where o.tenant_id = @TenantId and o.event_id = any(@Ids)";

    private const string LaterSql = """
        select f.event_id from log.feed f where f.tenant_id = @TenantId and f.id > @After and f.event_id = any(@Ids) order by f.id limit 1000
        """;

    private const string CheckpointsSql = $"""
        select {CheckpointColumns} from audit.checkpoint c
        where c.tenant_id = @TenantId and c.seq > @After and c.seq <= @UpTo order by c.number
        """;

    private const string LastCheckpointSql = $"""
        select {CheckpointColumns} from audit.checkpoint c
        where c.tenant_id = @TenantId and c.seq <= @UpTo order by c.number desc limit 1
        """;

    private const string BoundarySql = $"""
        select {CheckpointColumns} from audit.checkpoint c where c.tenant_id = @TenantId order by c.before_id desc, c.number limit 1
        """;

    private const string PlacesSql = """
        select coalesce((select s.last_seq from log.stream s where s.tenant_id = @TenantId and s.id = 1), 0) as numbered,
            coalesce((select c.last_seq from log.consumer c where c.tenant_id = @TenantId and c.name = 'audit'), 0) as read
        """;

    /// <summary>Links of the chain from a number on, at most 1,000.</summary>
    public Task<List<Seal>> SealsAsync(long tenantId, long from, CancellationToken ct) =>
        For(tenantId).ListAsync<Seal>(SealsSql, new { TenantId = tenantId, From = from }, ct);

    /// <summary>The link that covers a number, or else the last before it; null when there is none.</summary>
    public Task<Seal?> SealAtAsync(long tenantId, long seq, CancellationToken ct) =>
        For(tenantId).SingleOrDefaultAsync<Seal>(SealAtSql, new { TenantId = tenantId, Seq = seq }, ct);

    /// <summary>The last link; null when there is none.</summary>
    public Task<Seal?> HeadAsync(long tenantId, CancellationToken ct) => SealAtAsync(tenantId, long.MaxValue, ct);

    /// <summary>The last number given in the feed, and the last that the sealer has noted as done.</summary>
    public async Task<Places> PlacesAsync(long tenantId, CancellationToken ct) =>
        (await For(tenantId).SingleOrDefaultAsync<Places>(PlacesSql, new { TenantId = tenantId }, ct))!;

    /// <summary>All that a seal over a batch of the feed stands on, in one round trip.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="from">The first number of the batch.</param>
    /// <param name="to">The last number of the batch.</param>
    /// <param name="ids">The events of the batch.</param>
    /// <param name="ct">Stops the reading.</param>
    public Task<(Seal? Head, long Read, List<Numbered> Feed, List<LogRow> Events)> BeforeSealingAsync(
        long tenantId, long from, long to, long[] ids, CancellationToken ct)
    {
        var args = new { TenantId = tenantId, Seq = long.MaxValue, From = from, To = to, Ids = ids };
        return For(tenantId).ReadAsync([new(SealAtSql, args), new(PlacesSql, args), new(FeedSql, args), new(EventsSql, args)], async rows => (
            await rows.SingleOrDefaultAsync<Seal>(ct), (await rows.SingleOrDefaultAsync<Places>(ct))!.Read,
            await rows.ListAsync<Numbered>(ct), await rows.ListAsync<LogRow>(ct)), ct);
    }

    /// <summary>Which event has each number from one to another, and the events that are there.</summary>
    public async Task<(List<Numbered> Feed, List<LogRow> Events)> RunAsync(long tenantId, long from, long to, CancellationToken ct)
    {
        // Two reads and no join: each is one range or list of keys of an index, whatever the statistics say of a log that grows.
        var db = For(tenantId);
        var feed = await db.ListAsync<Numbered>(FeedSql, new { TenantId = tenantId, From = from, To = to }, ct);
        var ids = feed.Select(row => row.EventId).ToArray();
        return (feed, await db.ListAsync<LogRow>(EventsSql, new { TenantId = tenantId, Ids = ids }, ct));
    }

    /// <summary>The same, for a run whose events are known from its seals.</summary>
    public Task<(List<Numbered> Feed, List<LogRow> Events)> RunAsync(long tenantId, long from, long to, long[] ids, CancellationToken ct)
    {
        var args = new { TenantId = tenantId, From = from, To = to, Ids = ids };
        return For(tenantId).ReadAsync([new(FeedSql, args), new(EventsSql, args)], async rows =>
            (await rows.ListAsync<Numbered>(ct), await rows.ListAsync<LogRow>(ct)), ct);
    }

    /// <summary>
    /// The first event with an id in a range that is neither among the known ones, nor has a number after the given one, nor waits for
    /// one: nobody but the server's own transaction makes events, and that one leaves them with a number to come.
    /// </summary>
    public async Task<long?> StrangerAsync(long tenantId, long after, long upTo, long[] known, long afterSeq, CancellationToken ct)
    {
        var db = For(tenantId);
        while (true)
        {
            var others = await db.ListAsync<long>(OthersSql, new { TenantId = tenantId, After = after, UpTo = upTo, Ids = known }, ct);
            if (others.Count == 0)
                return null;
            // In this order: an event that gets its number between the two is found by the second.
            var args = new { TenantId = tenantId, After = afterSeq, Ids = others.ToArray() };
            var explained = await db.ReadAsync([new(WaitingSql, args), new(LaterSql, args)], async rows =>
                new HashSet<long>([.. await rows.ListAsync<long>(ct), .. await rows.ListAsync<long>(ct)]), ct);
            if (others.Find(id => !explained.Contains(id)) is var stranger and not 0)
                return stranger;
            after = others[^1];
        }
    }

    /// <summary>The checkpoints of a range of numbers, in their order.</summary>
    public Task<List<Checkpoint>> CheckpointsAsync(long tenantId, long after, long upTo, CancellationToken ct) =>
        For(tenantId).ListAsync<Checkpoint>(CheckpointsSql, new { TenantId = tenantId, After = after, UpTo = upTo }, ct);

    /// <summary>The last checkpoint up to a number; null when there is none.</summary>
    public Task<Checkpoint?> LastCheckpointAsync(long tenantId, long upTo, CancellationToken ct) =>
        For(tenantId).SingleOrDefaultAsync<Checkpoint>(LastCheckpointSql, new { TenantId = tenantId, UpTo = upTo }, ct);

    /// <summary>The checkpoint that says what retention may have dropped: the one that reaches furthest.</summary>
    public Task<Checkpoint?> BoundaryAsync(long tenantId, CancellationToken ct) =>
        For(tenantId).SingleOrDefaultAsync<Checkpoint>(BoundarySql, new { TenantId = tenantId }, ct);

    private TenantDb For(long tenantId) => TenantDb.For(database, tenantId);

    /// <summary>A number of the feed and its event.</summary>
    internal sealed record Numbered(long Seq, long EventId);

    /// <summary>How far numbering and sealing have come.</summary>
    internal sealed record Places(long Numbered, long Read);
}
