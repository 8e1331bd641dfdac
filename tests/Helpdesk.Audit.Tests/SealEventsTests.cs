using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Events;

namespace Helpdesk.Audit.Tests;

public sealed class SealEventsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IAsyncLifetime
{
    private readonly List<Database> _databases = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task Events_that_come_again_are_not_sealed_again()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var before = await SealsAsync(tenant);
        var sealer = NewSealer();
        foreach (var from in (int[])[1, 3, 5])
            await sealer.HandleAsync(tenant.Id, await BatchAsync(tenant, from), CancellationToken.None);
        Assert.Equal(before, await SealsAsync(tenant));
        Assert.Equal("intact", await client.FoundAsync());
    }

    /// <summary>A lease that ran out lets two nodes seal at once; whatever they get, the chain stays one.</summary>
    [Fact]
    public async Task Several_nodes_at_once_make_one_chain()
    {
        var (tenant, client) = await app.SealedTenantAsync(tickets: 6);
        await app.OwnerSqlAsync("""
            delete from audit.seal where tenant_id = @Id; delete from audit.checkpoint where tenant_id = @Id;
            update log.consumer set last_seq = 0, leased_until = now() + interval '1 hour' where tenant_id = @Id and name = 'audit'
            """, new { tenant.Id });
        var all = await BatchAsync(tenant, 1);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async node =>
        {
            var sealer = NewSealer();
            for (var end = 1 + node; end <= all.Count; end += 1 + node)
                await sealer.HandleAsync(tenant.Id, [.. all.Take(end)], CancellationToken.None);
            await sealer.HandleAsync(tenant.Id, all, CancellationToken.None);
        }));
        await app.OwnerSqlAsync("update log.consumer set last_seq = @Count, leased_until = now() where tenant_id = @Id and name = 'audit'", new { tenant.Id, all.Count });
        var found = await client.VerifyAsync();
        Assert.Equal("intact", Logging.Said(found));
        Assert.Equal(all.Count, found.GetProperty("events").GetInt64());
    }

    [Fact]
    public async Task An_event_taken_away_before_it_was_sealed_is_told()
    {
        var (tenant, client) = await app.SealedTenantAsync();
        var all = await BatchAsync(tenant, 1);
        await app.OwnerSqlAsync("""
            delete from audit.seal where tenant_id = @Id; delete from audit.checkpoint where tenant_id = @Id;
            delete from log.event where tenant_id = @Id and id = @Event;
            update log.consumer set last_seq = 0, leased_until = now() + interval '1 hour' where tenant_id = @Id and name = 'audit'
            """, new { tenant.Id, Event = all[6].Id });
        await NewSealer().HandleAsync(tenant.Id, [.. all.Where((_, at) => at != 6)], CancellationToken.None);
        Assert.Equal("event_removed 7", await client.FoundAsync());
    }

    /// <summary>The description of the bytes in the documents, followed by hand: a verifier of another make must come to the same.</summary>
    [Fact]
    public void The_hash_of_an_event_is_the_documented_one()
    {
        var row = new LogRow(
            5, "tag.created", 3, 7, "Käthe", null, false, "tag", 9, null, null, """{"slug": "red"}""", new DateTime(2026, 1, 31, 9, 30, 0, 250, DateTimeKind.Utc));
        const string Bytes = "22:helpdesk-audit-event-1,1:5,11:tag.created,1:3,1:7,6:Käthe,-,5:false,3:tag,1:9,-,-,15:{\"slug\": \"red\"},27:2026-01-31T09:30:00.250000Z,";
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Bytes)), row.Hash());
    }

    private SealEvents NewSealer()
    {
        var database = new Database(app.ServerConnectionString, new DatabaseOptions { PoolSize = 2 });
        _databases.Add(database);
        return new(database, new LogReader(database), TimeProvider.System);
    }

    private async Task<List<FeedEvent>> BatchAsync(TestTenant tenant, int from) => [.. await app.OwnerQueryAsync<FeedEvent>("""
        select f.id as seq, e.id, e.event_key, e.actor_kind, e.actor_id, e.actor_label, e.is_test, e.subject_type, e.subject_id, e.ticket_id,
            e.changes::text as changes, e.payload::text as payload, e.at
        from log.feed f join log.event e on e.tenant_id = f.tenant_id and e.id = f.event_id
        where f.tenant_id = @Id and f.id >= @from order by f.id
        """, new { tenant.Id, from })];

    private Task<IReadOnlyList<string>> SealsAsync(TestTenant tenant) => app.OwnerQueryAsync<string>(
        "select first_seq || ' ' || last_seq || ' ' || encode(hash, 'hex') from audit.seal where tenant_id = @Id order by first_seq", new { tenant.Id });
}
