using System.Diagnostics;
using Xunit.Abstractions;

namespace Helpdesk.Tags.Tests;

/// <summary>
/// A tag on many tickets: enough for several rounds of the sweeper, few enough for every run of the tests; HELPDESK_TAG_TICKETS says another
/// number, to measure. The rows are written past the API: by it, they would take minutes.
/// </summary>
public sealed class DeleteHeavyTagTests(HelpdeskApp app, ITestOutputHelper output) : IClassFixture<HelpdeskApp>
{
    private static readonly int Tickets = int.TryParse(Environment.GetEnvironmentVariable("HELPDESK_TAG_TICKETS"), out var wanted) ? wanted : 5_000;

    [Fact]
    public async Task Is_deleted_at_once_and_swept_while_others_write()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var (heavy, kept) = (await tenant.TagAsync("heavy"), await tenant.TagAsync("kept"));
        await client.TicketAsync(more: new { tags = new[] { "heavy", "kept" } });
        await MultiplyAsync(tenant.Id, heavy.Id, kept.Id);
        Assert.Equal(Tickets, (await client.GetAsync($"tags/{heavy.Id}")).Ok().GetProperty("ticket_count").GetInt32());

        using var stop = new CancellationTokenSource();
        var writing = WriteUntilAsync(client, stop.Token);
        await Task.Delay(500);
        var took = Stopwatch.StartNew();
        var deleted = (await client.PostAsync($"tags/{heavy.Id}/delete")).Ok();
        output.WriteLine($"deleted in {took.ElapsedMilliseconds} ms");
        Assert.Equal(Tickets, deleted.GetProperty("detached_tickets").GetInt32());
        Assert.Equal(0, (await client.GetAsync("tickets?tag=heavy")).Json.GetProperty("total_count").GetInt32());

        took.Restart();
        while (await LeftAsync(tenant.Id, heavy.Id) is var left and > 0)
        {
            Assert.True(took.Elapsed < TimeSpan.FromMinutes(10), $"{left} tickets are left.");
            await Task.Delay(500);
        }

        output.WriteLine($"swept in {took.Elapsed}");
        await stop.CancelAsync();
        var slowest = await writing;
        output.WriteLine($"slowest other write {slowest.TotalMilliseconds:F0} ms");
        Assert.Equal(0, (await app.OwnerQueryAsync<long>(
            "select count(*) from tickets.ticket where tenant_id = @Id and @tag = any(tag_ids)", new { tenant.Id, tag = heavy.Id }))[0]);
    }

    private static async Task<TimeSpan> WriteUntilAsync(ApiClient client, CancellationToken stop)
    {
        var slowest = TimeSpan.Zero;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var watch = Stopwatch.StartNew();
            // Copies have the smallest ids, so this is the ticket that the sweeper comes to a little later, or has been at.
            (await client.PostAsync($"tickets/{(i * 397 % (Tickets - 2)) + 2}", new { subject = $"Written {i}" })).Ok();
            var id = (await client.TicketAsync(more: new { tags = new[] { "kept" } })).GetProperty("id").GetInt64();
            (await client.PostAsync($"tickets/{id}", new { priority = "high" })).Ok();
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
        }

        return slowest;
    }

    private async Task MultiplyAsync(long tenantId, long heavy, long kept)
    {
        await app.OwnerSqlAsync("""
            insert into tickets.ticket (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, requester_id,
                tag_ids, custom_fields, message_count, public_message_count, created_at, updated_at)
            select tenant_id, n, n + 1000000, false, 'Copy ' || n, status_id, priority, source, queue_id, requester_id,
                array[@kept, @heavy], '{}', 1, 1, created_at, updated_at
            from tickets.ticket, generate_series(2, @Tickets) n where tenant_id = @tenantId;
            insert into tickets.ticket_tag (tenant_id, tag_id, ticket_id)
            select @tenantId, tag, n from unnest(array[@kept, @heavy]) tag, generate_series(2, @Tickets) n;
            update tickets.tally set count = count + @Tickets - 1
            where tenant_id = @tenantId and kind = 't' and owner_id = any(array[@kept, @heavy]);
            analyze tickets.ticket; analyze tickets.ticket_tag
            """, new { tenantId, heavy, kept, Tickets });
    }

    private async Task<long> LeftAsync(long tenantId, long tag) => (await app.OwnerQueryAsync<long>(
        "select count(*) from tickets.ticket_tag where tenant_id = @tenantId and tag_id = @tag", new { tenantId, tag }))[0];
}
