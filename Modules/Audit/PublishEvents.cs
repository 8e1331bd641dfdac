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

    // What is published of some numbers, by this call or by one before it that was broken off.
    private const string PublishedSql = "select p.id from audit.published p where p.tenant_id = @TenantId and p.id = any(@Seqs)";

    public string Name => "events";

    public async Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct)
    {
        var (told, ofTypes) = (new List<(FeedEvent Event, string Data)>(), new List<FeedEvent>());
        foreach (var publisher in publishers)
        {
            var own = events.Where(happened => publisher.Types.Contains(happened.EventKey)).ToList();
            if (own.Count == 0)
                continue;
            ofTypes.AddRange(own);
            var data = await publisher.DescribeAsync(tenantId, own, ct);
            told.AddRange(own.Where(happened => data.ContainsKey(happened.Id)).Select(happened => (happened, data[happened.Id])));
        }

        if (ofTypes.Count == 0)
            return;
        var write = new Statement(InsertSql, new
        {
            TenantId = tenantId,
            Seqs = told.Select(pair => pair.Event.Seq).ToArray(),
            EventIds = told.Select(pair => pair.Event.Id).ToArray(),
            Types = told.Select(pair => pair.Event.EventKey).ToArray(),
            Tests = told.Select(pair => pair.Event.IsTest).ToArray(),
            Times = told.Select(pair => pair.Event.At).ToArray(),
            Data = told.Select(pair => pair.Data).ToArray(),
        });
        var read = new Statement(PublishedSql, new { TenantId = tenantId, Seqs = ofTypes.Select(happened => happened.Seq).ToArray() });
        var published = await TenantDb.For(database, tenantId).ReadAsync([write, read], async rows =>
        {
            await rows.ListAsync<long>(ct);
            return (await rows.ListAsync<long>(ct)).ToHashSet();
        }, ct);
        FeedEvent[] heard = [.. ofTypes.Where(happened => published.Contains(happened.Seq)).OrderBy(happened => happened.Seq)];
        if (heard.Length == 0)
            return;
        foreach (var consumer in consumers)
            await consumer.HandleAsync(tenantId, heard, ct);
    }
}
