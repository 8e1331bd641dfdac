using Helpdesk.Webhooks.Delivering;

namespace Helpdesk.Webhooks;

/// <summary>Reads single deliveries and adds those that somebody asks for, for the slices that share this.</summary>
internal sealed class DeliveryWriter(TenantDb db, RequestContext context, Turns turns)
{
    // Only of endpoints that are there, in the caller's environment.
    public const string FindSql = $"""
        select {DeliveryRow.Columns} from {DeliveryRow.From} join webhooks.endpoint e on e.tenant_id = d.tenant_id and e.id = d.endpoint_id
        where d.tenant_id = @TenantId and d.id = @Id and e.is_test = @IsTest
        """;

    private const string InsertSql = """
        insert into webhooks.delivery as d (tenant_id, id, endpoint_id, event_id, event_type, origin, replay_of, data, status, attempt, due_at, created_at)
        select @TenantId, n.id, @EndpointId, n.event_id, n.event_type, @Origin, @ReplayOf, @Data, 0, 0, n.due_at, @Now
        from unnest(@Ids, @EventIds, @EventTypes, @DueAt) as n(id, event_id, event_type, due_at)
        returning d.id
        """;

    /// <summary>The delivery as it is stored now, or null.</summary>
    public Task<DeliveryRow?> FindAsync(long id, CancellationToken ct) => db.SingleOrDefaultAsync<DeliveryRow>(FindSql, Named(id), ct);

    /// <summary>The parameters of <see cref="FindSql"/>.</summary>
    public object Named(long id) => new { db.TenantId, Id = id, context.Caller.IsTest };

    /// <summary>Adds deliveries of one event or several to an endpoint; they are made right after the commit.</summary>
    public void Add(long endpointId, Origin origin, long? replayOf, string? data, IReadOnlyList<NewDelivery> deliveries, DateTime now)
    {
        if (deliveries.Count == 0)
            return;
        db.Enqueue(InsertSql, new
        {
            db.TenantId,
            EndpointId = endpointId,
            Origin = (short)origin,
            ReplayOf = replayOf,
            Data = data,
            Now = now,
            Ids = deliveries.Select(delivery => delivery.Id).ToArray(),
            EventIds = deliveries.Select(delivery => delivery.EventId).ToArray(),
            EventTypes = deliveries.Select(delivery => delivery.EventType).ToArray(),
            DueAt = deliveries.Select(delivery => delivery.DueAt).ToArray(),
        });
        var tenantId = db.TenantId;
        db.AfterCommit(() => turns.Wake(tenantId, [endpointId]));
    }
}

/// <summary>A delivery that is to be made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EventId">What it tells of.</param>
/// <param name="EventType">What happened.</param>
/// <param name="DueAt">When it is due.</param>
internal sealed record NewDelivery(long Id, long EventId, string EventType, DateTime DueAt);

/// <summary>Why there is a delivery. Stored as a number: add, never renumber.</summary>
internal enum Origin : short
{
    /// <summary>The event happened.</summary>
    Event,

    /// <summary>Somebody tests the endpoint.</summary>
    Test,

    /// <summary>Somebody wants the event to be sent again.</summary>
    Replay,
}
