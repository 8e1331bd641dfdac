namespace Helpdesk.Tickets;

/// <summary>
/// Keeps the counts that lists, queues and tags show, in the writing transaction. A ticket counts once by its queue and once by its
/// assignee, each time with its status, and once by each of its tags; every total that the API answers without counting is a sum of those.
/// </summary>
internal static class Tally
{
    public const char ByQueue = 'q';
    public const char ByAssignee = 'a';
    public const char ByTag = 't';

    // Tags are not counted by status: a ticket that moves on would have to write for each of its tags.
    private const long AnyStatus = 0;

    private const int Slots = 4;

    // Rows come sorted, so that two writers that want the same rows take their locks in the same order.
    private const string ApplySql = """
        insert into tickets.tally as t (tenant_id, is_test, kind, owner_id, status_id, slot, count)
        select @TenantId, @IsTest, d.kind::"char", d.owner_id, d.status_id, @Slot, d.count
        from unnest(@Kinds, @Owners, @Statuses, @Counts) as d(kind, owner_id, status_id, count)
        on conflict (tenant_id, is_test, kind, owner_id, status_id, slot) do update set count = t.count + excluded.count
        returning t.slot
        """;

    /// <summary>Counts a ticket out of its place before (null for a new one) and into its place now.</summary>
    public static void Move(TenantDb db, bool isTest, Ticket? before, Ticket after)
    {
        var deltas = new SortedDictionary<(char Kind, long Owner, long Status), long>();
        if (before is not null)
            Add(deltas, before, -1);
        Add(deltas, after, 1);
        var rows = deltas.Where(delta => delta.Value != 0).ToArray();
        if (rows.Length == 0)
            return;
        db.EnqueueShared(ApplySql, new
        {
            db.TenantId,
            IsTest = isTest,
            Slot = (short)Random.Shared.Next(Slots),
            Kinds = rows.Select(row => row.Key.Kind.ToString()).ToArray(),
            Owners = rows.Select(row => row.Key.Owner).ToArray(),
            Statuses = rows.Select(row => row.Key.Status).ToArray(),
            Counts = rows.Select(row => row.Value).ToArray(),
        });
    }

    private static void Add(SortedDictionary<(char, long, long), long> deltas, Ticket ticket, int by)
    {
        var (queue, assignee) = ((ByQueue, ticket.QueueId, ticket.StatusId), (ByAssignee, ticket.AssigneeId ?? 0, ticket.StatusId));
        deltas[queue] = deltas.GetValueOrDefault(queue) + by;
        deltas[assignee] = deltas.GetValueOrDefault(assignee) + by;
        foreach (var tagId in ticket.TagIds)
            deltas[(ByTag, tagId, AnyStatus)] = deltas.GetValueOrDefault((ByTag, tagId, AnyStatus)) + by;
    }
}
