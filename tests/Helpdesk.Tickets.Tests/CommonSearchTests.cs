namespace Helpdesk.Tickets.Tests;

/// <summary>Searches that so many tickets match that their total is counted only now and then.</summary>
public sealed class CommonSearchTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    // Older ones than the first, made past the API: a thousand calls would take long.
    private const string MoreSql = """
        with older as (
            insert into tickets.ticket as t (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, requester_id, tag_ids,
                custom_fields, message_count, public_message_count, created_at, updated_at)
            select f.tenant_id, f.id - n * 40960, 10000 + n, f.is_test, f.subject, f.status_id, f.priority, f.source, f.queue_id, f.requester_id,
                f.tag_ids, f.custom_fields, 1, 1, f.created_at, f.updated_at
            from tickets.ticket f, generate_series(1, @Count) n where f.id = @Id
            returning t.id, t.tenant_id)
        insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, subject, words, created_at)
        select older.tenant_id, older.id + 4096, older.id, m.kind, m.author_kind, m.author_id, m.author_name, m.body_md, m.is_internal, m.subject,
            m.words, m.created_at
        from older, tickets.message m where m.ticket_id = @Id
        """;

    [Fact]
    public async Task The_first_page_is_the_newest_also_when_the_total_is_remembered()
    {
        var (client, first) = await WithManyAsync("Zebra at the gate");
        Assert.Equal(1_101, await client.TotalAsync("q=zebra"));

        var newest = await client.TicketAsync("Zebra again");
        var other = await client.TicketAsync("A lion");
        (await client.ReplyAsync(first, new { body = "Still a zebra, and a newer message." })).Created();
        var page = (await client.GetAsync("tickets?q=zebra&limit=20")).Expect(200);

        var gathered = (await client.GetAsync("tickets?q=zebra&limit=20&created_since=2001-01-01T00:00:00Z")).Expect(200);
        Assert.Equal(newest.Id(), page.Data[0].Id());
        Assert.Equal(first.Id(), page.Data[1].Id());
        Assert.DoesNotContain(other.Id(), page.Data.EnumerateArray().Select(Ticketing.Id));
        Assert.Equal(gathered.Data.ToString(), page.Data.ToString());
        // Counted within the last minute, before the newest came.
        Assert.Equal(1_101, page.Json.GetProperty("total_count").GetInt64());
        Assert.Equal(1_102, gathered.Json.GetProperty("total_count").GetInt64());
        Assert.True(page.Json.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task All_pages_together_have_each_ticket_once()
    {
        var (client, _) = await WithManyAsync("Giraffe at the gate");
        Assert.Equal(1_101, await client.TotalAsync("q=giraffe"));
        var listed = await client.ListedAsync("q=giraffe");
        Assert.Equal(1_101, listed.Length);
        Assert.Equal(listed.OrderDescending().Distinct(), listed);
    }

    [Fact]
    public async Task Words_that_the_newest_messages_lack_are_gathered_as_before()
    {
        var (client, first) = await WithManyAsync("Okapi at the gate");
        await app.OwnerSqlAsync(MoreSql.Replace("f.id - n * 40960", "f.id + n * 40960").Replace("10000 + n", "50000 + n"),
            new { Id = (await client.TicketAsync("A lion")).Id(), Count = 3_000 });
        Assert.Equal(1_101, await client.TotalAsync("q=okapi"));
        for (var tries = 0; tries < 2; tries++)
            Assert.Equal(first.Id(), (await client.GetAsync("tickets?q=okapi")).Ok()[0].Id());
    }

    private async Task<(ApiClient Client, System.Text.Json.JsonElement First)> WithManyAsync(string subject)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var first = await client.TicketAsync(subject);
        await app.OwnerSqlAsync(MoreSql, new { Id = first.Id(), Count = 1_100 });
        return (client, first);
    }
}
