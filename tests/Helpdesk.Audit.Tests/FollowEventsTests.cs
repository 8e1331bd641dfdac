using System.Collections.Concurrent;
using Helpdesk.SharedKernel.Data;
using Npgsql;

namespace Helpdesk.Audit.Tests;

/// <summary>Readers that follow the events while writers commit in another order than they began.</summary>
public sealed class FollowEventsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const int Writers = 300;
    private const int AtOnce = 60;
    private const string Path = "/api/v1/events";

    [Fact]
    public async Task A_reader_that_polls_sees_every_event_exactly_once()
    {
        var tenant = await app.NewTenantAsync();
        var ticket = (await (await tenant.ClientAsync()).TicketAsync()).GetProperty("id").GetInt64();
        var reader = await tenant.ClientAsync("events:read");
        await tenant.SettledAsync();
        var start = (await reader.GetAsync(Path)).Ok().Texts("id")[0];
        using var written = new CancellationTokenSource();
        var forward = FollowAsync(reader, written.Token);
        var backward = WalkAsync(reader, start, written.Token);

        var committed = await WriteAsync(tenant, ticket);
        await Logging.EventuallyAsync(async () => (await app.OwnerQueryAsync<bool>("""
            select not exists (select from log.outbox where tenant_id = @Id)
                and (select last_seq from log.consumer where tenant_id = @Id and name = 'events') = (select last_seq from log.stream where tenant_id = @Id)
            """, new { tenant.Id })).Single());
        await written.CancelAsync();

        var (polled, walked) = (await forward, await backward);
        Assert.Equal(committed.Order(), polled.Where(name => name != start).Order());
        Assert.Equal(polled.Count, polled.Distinct().Count());
        Assert.Equal(committed.Order(), walked.Order());
        // It was no easy run: events did overtake each other.
        Assert.NotEqual(polled.Order(StringComparer.Ordinal), polled);
    }

    /// <summary>Oldest first, on and on with the cursor.</summary>
    private static async Task<List<string>> FollowAsync(ApiClient reader, CancellationToken written)
    {
        var (seen, cursor) = (new List<string>(), "");
        while (true)
        {
            var isLast = written.IsCancellationRequested;
            var page = (await reader.GetAsync($"{Path}?sort=id&limit=17&cursor={cursor}")).Expect(200);
            seen.AddRange(page.Data.Texts("id"));
            cursor = page.NextCursor!;
            if (isLast && !page.Json.GetProperty("has_more").GetBoolean())
                return seen;
        }
    }

    /// <summary>Newest first through the pages, and then again from the newest that it knows.</summary>
    private static async Task<List<string>> WalkAsync(ApiClient reader, string since, CancellationToken written)
    {
        var seen = new List<string>();
        while (true)
        {
            var isLast = written.IsCancellationRequested;
            var names = (await reader.AllAsync($"{Path}?limit=13&since={since}")).ConvertAll(row => row.GetProperty("id").GetString()!);
            seen.AddRange(names);
            since = names.Count > 0 ? names[0] : since;
            if (isLast)
                return seen;
        }
    }

    private async Task<IReadOnlyCollection<string>> WriteAsync(TestTenant tenant, long ticket)
    {
        var (committed, slots) = (new ConcurrentBag<string>(), new SemaphoreSlim(AtOnce));
        var (first, number) = (Ids.FirstAt(DateTimeOffset.UtcNow), 0L);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            await slots.WaitAsync();
            var random = new Random(writer);
            await using var connection = new NpgsqlConnection(app.ServerConnectionString);
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await ExecuteAsync(connection, "select kernel.use_tenant($1)", tenant.Id);
            var own = new List<string>();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var id = first + Interlocked.Increment(ref number) * 3;
                own.Add(SharedKernel.Events.EventName.Of(tenant.Id, id));
                await ExecuteAsync(connection, """
                    with event as (
                        insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, ticket_id, at)
                        values ($1, $2, 'ticket.updated', 3, 1, 'writer', false, 'ticket', $3, $3, now()) returning tenant_id, id, at)
                    insert into log.outbox as o (tenant_id, event_id, at) select tenant_id, id, at from event
                    """, tenant.Id, id, ticket);
                await Task.Delay(random.Next(20));
            }

            // A few are held open for long, while hundreds of others pass them.
            await Task.Delay(writer % 50 == 0 ? 3000 : random.Next(60));
            if (writer % 10 == 7)
                await transaction.RollbackAsync();
            else
                await transaction.CommitAsync();
            if (writer % 10 != 7)
                own.ForEach(committed.Add);
            slots.Release();
        }));
        return committed;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
