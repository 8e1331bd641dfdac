using Helpdesk.Audit.Contracts;

namespace Helpdesk.Audit;

/// <summary>
/// Writes down how each published event is told, once, soon after its commit: so the list of events reads one index, whatever lies
/// between the published ones, and tells every reader the same. May see events again; the first word stands. Then it tells those who
/// wait for published events, so that they find what was written.
/// </summary>
internal sealed class PublishEvents(Database database, IEnumerable<IPublishedEvents> publishers, IEnumerable<IPublishedConsumer> consumers)
    : IFeedConsumer
{
    private const string InsertSql = """
        insert into audit.published as p (tenant_id, id, event_id, type, is_test, at, data)
        select @TenantId, seq, event_id, type, is_test, at, data
        from unnest(@Seqs, @EventIds, @Types, @Tests, @Times, @Data) row(seq, event_id, type, is_test, at, data)
        on conflict (tenant_id, id) do nothing returning p.id
        """;

    public string Name => "events";

    public async Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct)
    {
        var told = new List<(FeedEvent Event, string Data)>();
        foreach (var publisher in publishers)
        {
            var own = events.Where(happened => publisher.Types.Contains(happened.EventKey)).ToList();
            if (own.Count == 0)
                continue;
            var data = await publisher.DescribeAsync(tenantId, own, ct);
            told.AddRange(own.Where(happened => data.ContainsKey(happened.Id)).Select(happened => (happened, data[happened.Id])));
        }

        if (told.Count == 0)
            return;
        await TenantDb.For(database, tenantId).ListAsync<long>(InsertSql, new
        {
            TenantId = tenantId,
            Seqs = told.Select(pair => pair.Event.Seq).ToArray(),
            EventIds = told.Select(pair => pair.Event.Id).ToArray(),
            Types = told.Select(pair => pair.Event.EventKey).ToArray(),
            Tests = told.Select(pair => pair.Event.IsTest).ToArray(),
            Times = told.Select(pair => pair.Event.At).ToArray(),
            Data = told.Select(pair => pair.Data).ToArray(),
        }, ct);
        foreach (var consumer in consumers)
            await consumer.HandleAsync(tenantId, [.. told.Select(pair => pair.Event).OrderBy(happened => happened.Seq)], ct);
    }
}
