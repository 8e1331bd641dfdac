using Helpdesk.SharedKernel.Data;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Architecture.Tests;

/// <summary>
/// One tenant of some size beside several small ones, made by SQL: 20,000 tickets with 40,000 messages, their tags and counts, and events.
/// Enough that a plan which reads a whole table is never the cheapest by accident.
/// </summary>
public sealed class PlanData : IAsyncLifetime
{
    private const int Tickets = 20_000;
    private const int Neighbours = 8;

    // Events lie in all partitions that there are, from the month before this one on.
    private static readonly DateTimeOffset FirstMonth = new DateTimeOffset(DateTimeOffset.UtcNow.Year, DateTimeOffset.UtcNow.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(-1);

    private readonly HelpdeskApp _app = new();

    public HelpdeskApp App => _app;

    public long TenantId { get; private set; }

    public async Task InitializeAsync()
    {
        await _app.InitializeAsync();
        TenantId = (await _app.NewTenantAsync()).Id;
        await FillAsync(TenantId, Tickets);
        for (var neighbour = 1; neighbour <= Neighbours; neighbour++)
            await FillAsync(TenantId + neighbour * 4096L, Tickets / Neighbours);
        await _app.OwnerSqlAsync("""
            analyze tickets.ticket, tickets.message, tickets.requester, tickets.ticket_tag, tickets.tally, tickets.recency;
            analyze log.feed, log.event, log.outbox, kernel.idempotency;
            analyze audit.published, webhooks.endpoint, webhooks.delivery, webhooks.attempt
            """);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>The id of an event of the tenant, by its place.</summary>
    public long EventAt(int place) => Ids.FirstAt(FirstMonth) + place * StepOf(Tickets);

    private static long StepOf(int tickets) => (Ids.FirstAt(FirstMonth.AddMonths(5)) - Ids.FirstAt(FirstMonth)) / tickets * 4;

    /// <summary>Tickets a second apart; of 100, one is a test, 70 are closed (status 4), and four have no assignee.</summary>
    private Task FillAsync(long tenantId, int tickets) => _app.OwnerSqlAsync("""
        insert into tickets.requester (tenant_id, id, name, email, created_at)
        select @TenantId, i, 'Person ' || i, 'person' || i || '@example.com', now() from generate_series(1, @Tickets / 2) i;

        insert into tickets.ticket (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, help_topic_id,
            requester_id, assignee_id, tag_ids, custom_fields, message_count, public_message_count, created_at, updated_at)
        select @TenantId, i * 4096000::bigint, i, i % 100 = 0, 'Subject ' || md5(i::text), case when i % 10 < 7 then 4 else 1 + i % 3 end,
            1 + i % 4, 0, i % 12, null, 1 + i % (@Tickets / 2), nullif(i % 25, 0), array[i % 20]::bigint[], '{}', 2, 2,
            now() - i * interval '1 second', now() - (i * 7919 % @Tickets) * interval '1 second'
        from generate_series(1, @Tickets) i;

        insert into tickets.recency (tenant_id, is_test, updated_at, ticket_id)
        select @TenantId, t.is_test, t.updated_at, t.id from tickets.ticket t where t.tenant_id = @TenantId;

        insert into tickets.ticket_tag (tenant_id, tag_id, ticket_id) select @TenantId, i % 20, i * 4096000::bigint from generate_series(1, @Tickets) i;

        insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, words, created_at)
        select @TenantId, i * 2048000::bigint, (1 + i / 2) * 4096000::bigint, 0, 1, 1, 'Person', repeat(md5(i::text) || ' ', 8), false,
            array_to_tsvector(array[s.sign || 'lamp', s.sign || 'word' || i % 3000, s.sign || 'rare' || i]), now()
        from generate_series(1, 2 * @Tickets) i, (values (@Sign)) s (sign);

        insert into tickets.tally (tenant_id, is_test, kind, owner_id, status_id, slot, count)
        select @TenantId, t, k, o, s, slot, 5
        from unnest(array[true, false]) t, unnest(array['q', 'a']::"char"[]) k, generate_series(0, 24) o, generate_series(1, 4) s, generate_series(0, 3) slot;

        insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, at)
        select @TenantId, @First + i * @Step, 'ticket.created', 0, 1, 'key', false, 'ticket', i, now() from generate_series(1, @Tickets / 4 - 1) i;

        insert into log.feed (tenant_id, id, event_id, at) select @TenantId, 1000 + i, @First + i * @Step, now() from generate_series(1, @Tickets / 4 - 1) i;

        insert into audit.published (tenant_id, id, event_id, type, is_test, at, data)
        select @TenantId, 1000 + i, @First + i * @Step, 'ticket.created', false, now(), '{}' from generate_series(1, @Tickets / 4 - 1) i;

        insert into webhooks.endpoint (tenant_id, id, is_test, url, subscribed_events, is_active, consecutive_failures, secret, created_at, updated_at)
        select @TenantId, i, false, 'https://hooks.example.com/', array['*'], true, 0, '\x00', now(), now() from generate_series(1, @Tickets / 4) i;

        insert into webhooks.delivery (tenant_id, id, endpoint_id, event_id, event_type, origin, status, attempt, due_at, created_at)
        select @TenantId, i * 4096::bigint, 1 + i % (@Tickets / 4), @First + i, 'ticket.created', 0, case when i % 50 = 0 then 2 else 1 end, 1,
            case when i % 50 = 0 then now() + (i % 7 - 3) * interval '1 hour' end, now()
        from generate_series(1, @Tickets) i;

        insert into webhooks.attempt (tenant_id, delivery_id, number, at, response_status, latency_ms)
        select @TenantId, i * 4096::bigint, 1, now(), 204, 30 from generate_series(1, @Tickets) i;

        insert into kernel.idempotency (tenant_id, caller_id, identity, fingerprint, status, reply, created_at)
        select @TenantId, 1 + i % 10, gen_random_uuid(), gen_random_uuid(), 201, repeat('x', 300), now() from generate_series(1, @Tickets / 4) i;
        """, new { TenantId = tenantId, Tickets = tickets, Sign = new SearchScope(tenantId, IsTest: false).Prefix, First = Ids.FirstAt(FirstMonth), Step = StepOf(tickets) });
}
