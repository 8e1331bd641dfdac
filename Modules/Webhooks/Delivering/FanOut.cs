using Helpdesk.Audit.Contracts;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>
/// Makes a delivery of each published event for each endpoint that is subscribed to it, in the event's own environment. Heard of again, an
/// event makes no second one. Sends nothing itself.
/// </summary>
internal sealed class FanOut(Database database, Ids ids, Turns turns, TimeProvider clock) : IPublishedConsumer
{
    private const int Most = 1000;

    // Read each time and not kept in memory: an endpoint that was made a moment ago, on whatever node, misses nothing.
    private const string SubscribersSql = """
        select e.id, e.is_test, e.subscribed_events from webhooks.endpoint e where e.tenant_id = @TenantId and e.is_active
        """;

    private const string InsertSql = """
        insert into webhooks.delivery as d (tenant_id, id, endpoint_id, event_id, event_type, origin, status, attempt, due_at, created_at)
        select @TenantId, n.id, n.endpoint_id, n.event_id, n.event_type, 0, 0, 0, @Now, @Now
        from unnest(@Ids, @EndpointIds, @EventIds, @EventTypes) as n(id, endpoint_id, event_id, event_type)
        on conflict do nothing returning d.id
        """;

    public async Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct)
    {
        var db = TenantDb.For(database, tenantId);
        var subscribers = await db.ListAsync<Subscriber>(SubscribersSql, new { TenantId = tenantId }, ct);
        if (subscribers.Count == 0)
            return;
        var wanted =
            from happened in events
            from subscriber in subscribers
            where subscriber.IsTest == happened.IsTest && EventTypes.TakesIn(subscriber.SubscribedEvents, happened.EventKey)
            select (Event: happened, Endpoint: subscriber.Id);
        foreach (var some in wanted.Chunk(Most))
        {
            await db.ListAsync<long>(InsertSql, new
            {
                TenantId = tenantId,
                Ids = some.Select(_ => ids.Next()).ToArray(),
                EndpointIds = some.Select(pair => pair.Endpoint).ToArray(),
                EventIds = some.Select(pair => pair.Event.Id).ToArray(),
                EventTypes = some.Select(pair => pair.Event.EventKey).ToArray(),
                Now = clock.GetUtcNow().UtcDateTime,
            }, ct);
            turns.Wake(tenantId, some.Select(pair => pair.Endpoint).Distinct());
        }
    }

    private sealed record Subscriber(long Id, bool IsTest, string[] SubscribedEvents);
}
