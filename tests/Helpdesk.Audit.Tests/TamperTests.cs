namespace Helpdesk.Audit.Tests;

/// <summary>Somebody who may do everything in the database changes the log, and what the server says of it. Each test has a tenant of its own.</summary>
public sealed class TamperTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const int Victim = 5;

    [Fact]
    public async Task A_log_that_nobody_touched_is_intact()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.Audit.SignAsync(tenant.Tenant, CancellationToken.None);
        var found = await client.VerifyAsync();
        var events = (await tenant.NumberedAsync()).Count;
        Assert.Equal("intact", Logging.Said(found));
        Assert.Equal(events, found.GetProperty("events").GetInt64());
        Assert.Equal(events, found.GetProperty("to_seq").GetInt64());
        Assert.Equal(0, found.GetProperty("unsealed").GetInt64());
        Assert.Equal(events, found.GetProperty("checkpoint").GetProperty("seq").GetInt64());
        Assert.NotEqual(0, found.GetProperty("checkpoints").GetInt64());
    }

    [Theory]
    [InlineData("event_key = 'ticket.created '", "event_changed")]
    [InlineData("actor_kind = 2", "event_changed")]
    [InlineData("actor_id = actor_id + 1", "event_changed")]
    [InlineData("actor_label = 'somebody else'", "event_changed")]
    [InlineData("ip = '192.0.2.1'", "event_changed")]
    [InlineData("ip = null", "event_changed")]
    [InlineData("is_test = true", "event_changed")]
    [InlineData("subject_type = 'tag'", "event_changed")]
    [InlineData("subject_id = 1", "event_changed")]
    [InlineData("ticket_id = null", "event_changed")]
    [InlineData("changes = '{}'", "event_changed")]
    [InlineData("payload = '{\"message_id\": 1}'", "event_changed")]
    [InlineData("payload = case when payload is null then '{}'::jsonb end", "event_changed")]
    [InlineData("at = at + interval '1 microsecond'", "event_changed")]
    [InlineData("id = id + 1", "event_removed")]
    [InlineData("tenant_id = -tenant_id", "event_removed")]
    public async Task An_event_with_another_value_is_named(string change, string kind)
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var id = (await tenant.NumberedAsync())[Victim - 1];
        Assert.Equal(1, await app.OwnerSqlAsync($"update log.event set {change} where tenant_id = @Tenant and id = @Id", new { Tenant = tenant.Id, Id = id }));
        var found = await client.VerifyAsync();
        Assert.Equal($"{kind} {Victim}", Logging.Said(found));
        Assert.Equal(id, found.GetProperty("first_fault").GetProperty("event_id").GetInt64());
    }

    [Fact]
    public async Task Json_that_says_the_same_in_another_order_is_the_same()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        Assert.NotEqual(0, await app.OwnerSqlAsync(
            """update log.event set changes = '{ "status":{"to" : "resolved" ,"from":"open"} }' where tenant_id = @Id and changes::text = '{"status": {"to": "resolved", "from": "open"}}'""",
            new { tenant.Id }));
        Assert.Equal("intact", await client.FoundAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Victim)]
    [InlineData(-1)]
    public async Task A_deleted_event_is_named(int which)
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var ids = await tenant.NumberedAsync();
        var seq = which < 0 ? ids.Count : which;
        await app.OwnerSqlAsync("delete from log.event where tenant_id = @Tenant and id = @Id", new { Tenant = tenant.Id, Id = ids[seq - 1] });
        Assert.Equal($"event_removed {seq}", await client.FoundAsync());
        // Also when its number went with it.
        await app.OwnerSqlAsync("delete from log.feed where tenant_id = @Tenant and id = @seq", new { Tenant = tenant.Id, seq });
        Assert.Equal($"event_removed {seq}", await client.FoundAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(Victim)]
    [InlineData(-1)]
    public async Task An_inserted_event_is_named(int after)
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var ids = await tenant.NumberedAsync();
        var id = after < 0 ? ids[^1] + 12345 : ids[after - 1] + 1;
        await app.OwnerSqlAsync("""
            insert into log.event select tenant_id, @New, event_key, actor_kind, actor_id, actor_label, ip, is_test, subject_type, subject_id,
                ticket_id, changes, payload, at from log.event where tenant_id = @Tenant and id = @Old
            """, new { Tenant = tenant.Id, New = id, Old = ids[2] });
        var found = await client.VerifyAsync();
        Assert.StartsWith("event_inserted ", Logging.Said(found));
        Assert.Equal(id, found.GetProperty("first_fault").GetProperty("event_id").GetInt64());
    }

    [Fact]
    public async Task An_event_before_all_others_is_named()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var id = (await tenant.NumberedAsync()).Min() - 1;
        await app.OwnerSqlAsync("""
            insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, at)
            values (@Tenant, @Id, 'ticket.created', 3, 1, 'x', false, 'ticket', 1, now())
            """, new { Tenant = tenant.Id, Id = id });
        Assert.StartsWith("event_inserted ", await client.FoundAsync());
    }

    [Fact]
    public async Task An_event_that_took_the_place_of_another_is_named()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var ids = await tenant.NumberedAsync();
        await app.OwnerSqlAsync("""
            delete from log.event where tenant_id = @Tenant and id = @Old;
            insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, at)
            values (@Tenant, @Old, 'ticket.created', 3, 1, 'x', false, 'ticket', 1, now())
            """, new { Tenant = tenant.Id, Old = ids[Victim - 1] });
        Assert.Equal($"event_changed {Victim}", await client.FoundAsync());
    }

    [Fact]
    public async Task Two_events_that_changed_places_are_named()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var ids = await tenant.NumberedAsync();
        await app.OwnerSqlAsync("""
            update log.event set id = -1 where tenant_id = @Tenant and id = @A;
            update log.event set id = @A where tenant_id = @Tenant and id = @B;
            update log.event set id = @B where tenant_id = @Tenant and id = -1
            """.Replace("-1", (ids[0] + 99).ToString(), StringComparison.Ordinal), new { Tenant = tenant.Id, A = ids[Victim - 1], B = ids[Victim + 1] });
        Assert.Equal($"event_changed {Victim}", await client.FoundAsync());
    }

    [Fact]
    public async Task Two_numbers_that_changed_places_are_named()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.OwnerSqlAsync($"""
            update log.feed f set event_id = o.event_id from log.feed o
            where f.tenant_id = @Id and o.tenant_id = @Id and f.id in ({Victim}, {Victim + 2}) and o.id = {2 * Victim + 2} - f.id
            """, new { tenant.Id });
        Assert.Equal($"event_moved {Victim}", await client.FoundAsync());
    }

    [Fact]
    public async Task A_number_that_is_gone_is_named()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        await app.OwnerSqlAsync($"delete from log.feed where tenant_id = @Id and id = {Victim}", new { tenant.Id });
        Assert.Equal($"event_moved {Victim}", await client.FoundAsync());
    }

    [Fact]
    public async Task The_log_of_another_tenant_stays_intact()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var (_, other) = await app.SealedTenantAsync();
        await app.OwnerSqlAsync("delete from log.event where tenant_id = @Id", new { tenant.Id });
        Assert.Equal("event_removed 1", await client.FoundAsync());
        Assert.Equal("intact", await other.FoundAsync());
    }
}
