using System.Diagnostics;
using System.Text.Json;

namespace Helpdesk.Tags.Tests;

public sealed class DeleteTagTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Deletes_a_tag_and_tells_how_many_tickets_lost_it()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        var client = await tenant.ClientAsync();
        await client.TicketAsync(more: new { tags = new[] { "refund" } });
        await client.TicketAsync(more: new { tags = new[] { "refund" } });
        await client.TicketAsync();

        await Verify(await client.PostAsync($"tags/{tag.Id}/delete"));
        Assert.Equal("""tag.deleted by test key:  {"slug": "refund", "detached_tickets": 2}""", (await tenant.EventsAsync("tag"))[1]);
        (await client.GetAsync($"tags/{tag.Id}")).Refused(404, "tag_not_found");
    }

    [Fact]
    public async Task Tickets_and_their_filter_are_right_at_once()
    {
        var (tenant, client, tag, ticket) = await TaggedAsync();
        (await client.PostAsync($"tags/{tag}/delete")).Ok();

        Assert.Equal(["vip"], Slugs((await client.GetAsync($"tickets/{ticket}")).Ok()));
        Assert.Equal(["vip"], Slugs((await client.GetAsync("tickets")).Ok()[0]));
        Assert.Equal(0, (await client.GetAsync("tickets?tag=refund")).Json.GetProperty("total_count").GetInt32());
        Assert.Equal(1, (await client.GetAsync("tickets?tag=vip,refund")).Json.GetProperty("total_count").GetInt32());
        Assert.NotEmpty((await client.PostAsync($"tickets/{ticket}", new { add_tags = new[] { "refund" } })).Refused(422, "validation_failed").Field("add_tags"));
        Assert.Empty(await tenant.EventsAsync("ticket") is var events ? events.Where(happened => happened.StartsWith("ticket.untagged", StringComparison.Ordinal)) : []);
    }

    [Fact]
    public async Task A_new_tag_with_the_same_slug_starts_without_tickets()
    {
        var (_, client, tag, ticket) = await TaggedAsync();
        (await client.PostAsync($"tags/{tag}/delete")).Ok();
        var again = (await client.PostAsync("tags", new { slug = "refund", name = "Refund" })).Created();

        Assert.Equal(0, again.GetProperty("ticket_count").GetInt32());
        Assert.Equal(0, (await client.GetAsync("tickets?tag=refund")).Json.GetProperty("total_count").GetInt32());
        Assert.Equal(["vip"], Slugs((await client.GetAsync($"tickets/{ticket}")).Ok()));
    }

    [Fact]
    public async Task A_ticket_that_lost_it_can_be_written_and_shows_no_change_of_tags()
    {
        var (_, client, tag, ticket) = await TaggedAsync();
        (await client.PostAsync($"tags/{tag}/delete")).Ok();
        Assert.Equal(["vip"], Slugs((await client.PostAsync($"tickets/{ticket}", new { tags = new[] { "vip" } })).Ok()));
        (await client.PostAsync($"tickets/{ticket}", new { subject = "Other" })).Ok();

        var thread = (await client.GetAsync($"tickets/{ticket}/messages")).Ok();
        Assert.Single(thread.EnumerateArray());
        Assert.Equal(1, (await client.GetAsync("tags?q=vip")).Ok()[0].GetProperty("ticket_count").GetInt32());
    }

    [Fact]
    public async Task What_was_deleted_leaves_room_for_another_tag()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var tags = new List<TagView>();
        for (var i = 0; i <= 20; i++)
            tags.Add(await tenant.TagAsync($"t{i}"));
        var ticket = (await client.TicketAsync(more: new { tags = tags.Take(20).Select(tag => tag.Slug) })).GetProperty("id").GetInt64();
        (await client.PostAsync($"tickets/{ticket}", new { add_tags = new[] { "t20" } })).Refused(422, "validation_failed");
        (await client.PostAsync($"tags/{tags[0].Id}/delete")).Ok();

        Assert.Equal(20, (await client.PostAsync($"tickets/{ticket}", new { add_tags = new[] { "t20" } })).Ok().GetProperty("tags").GetArrayLength());
    }

    [Fact]
    public async Task The_sweeper_leaves_nothing_of_it_in_the_rows()
    {
        var (tenant, client, tag, ticket) = await TaggedAsync();
        (await client.PostAsync($"tags/{tag}/delete")).Ok();
        await SweptAsync(tenant, tag);

        Assert.Equal(["vip"], Slugs((await client.GetAsync($"tickets/{ticket}")).Ok()));
        Assert.Equal(1, (await client.GetAsync("tickets?tag=vip")).Json.GetProperty("total_count").GetInt32());
        // What is remembered of the deletion goes when no request can know the tag any more.
        Assert.Equal(1, await app.OwnerSqlAsync("""
            update tickets.deleted_tag set deleted_at = now() - interval '1 hour', sweep_at = now() where tenant_id = @Id and tag_id = @tag
            """, new { tenant.Id, tag }));
        await UntilAsync(async () => await CountAsync("select count(*) from tickets.deleted_tag where tenant_id = @Id and tag_id = @tag") == 0);
        Assert.Equal(0, await CountAsync("select count(*) from tickets.tally where tenant_id = @Id and kind = 't' and owner_id = @tag"));

        async Task<long> CountAsync(string sql) => (await app.OwnerQueryAsync<long>(sql, new { tenant.Id, tag }))[0];
    }

    [Fact]
    public async Task Sweeping_and_writing_at_once_lose_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var dead = await tenant.TagAsync("dead");
        await tenant.TagAsync("kept");
        await tenant.TagAsync("late");
        var tickets = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
            (await client.TicketAsync(more: new { tags = new[] { "kept", "dead" } })).GetProperty("id").GetInt64()));

        var writers = Task.WhenAll(tickets.Select(async (id, i) =>
        {
            await Task.Delay(i * 60);
            (await client.PostAsync($"tickets/{id}", new { add_tags = new[] { "late" }, subject = $"Written {i}" })).Ok();
        }));
        Assert.Equal(60, (await client.PostAsync($"tags/{dead.Id}/delete")).Ok().GetProperty("detached_tickets").GetInt32());
        await writers;
        await SweptAsync(tenant, dead.Id);

        foreach (var id in tickets)
            Assert.Equal(["kept", "late"], Slugs((await client.GetAsync($"tickets/{id}")).Ok()));
        Assert.Equal(60, (await client.GetAsync("tags?q=late")).Ok()[0].GetProperty("ticket_count").GetInt32());
        Assert.Equal(60, (await client.GetAsync("tickets?tag=kept")).Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task Tells_the_right_number_while_tickets_come_and_go()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("busy");
        var client = await tenant.ClientAsync();
        var before = 0;
        var writers = Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            await Task.Delay(i * 5);
            if ((await client.PostAsync("tickets", new { subject = "s", body = "b", tags = new[] { "busy" } })).Status == 201)
                Interlocked.Increment(ref before);
        }));
        await Task.Delay(60);
        var told = (await client.PostAsync($"tags/{tag.Id}/delete")).Ok().GetProperty("detached_tickets").GetInt32();
        await writers;

        // Later requests do not know the tag any more; one that was on its way may still have carried it.
        Assert.InRange(told, 1, before);
    }

    [Fact]
    public async Task Takes_it_off_the_tickets_of_both_environments_and_tells_the_callers()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        var (live, test) = (await tenant.ClientAsync(), await tenant.ClientAsync(key => key with { Environment = "test" }));
        await live.TicketAsync(more: new { tags = new[] { "refund" } });
        await live.TicketAsync(more: new { tags = new[] { "refund" } });
        var id = (await test.TicketAsync(more: new { tags = new[] { "refund" } })).GetProperty("id").GetInt64();

        Assert.Equal(2, (await live.PostAsync($"tags/{tag.Id}/delete")).Ok().GetProperty("detached_tickets").GetInt32());
        Assert.Empty(Slugs((await test.GetAsync($"tickets/{id}")).Ok()));
    }

    [Fact]
    public async Task Does_not_find_the_tag_of_another_tenant()
    {
        var tenant = await app.NewTenantAsync();
        var theirs = await tenant.TagAsync("refund");
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync($"tags/{theirs.Id}/delete")).Refused(404, "tag_not_found");
        (await (await tenant.ClientAsync()).GetAsync($"tags/{theirs.Id}")).Ok();
    }

    [Fact]
    public async Task Does_not_find_it_a_second_time()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        var client = await tenant.ClientAsync();
        (await client.PostAsync($"tags/{tag.Id}/delete")).Ok();
        await Verify(await client.PostAsync($"tags/{tag.Id}/delete"));
    }

    [Fact]
    public async Task Acts_once_for_twelve_requests_with_one_key()
    {
        var (tenant, client, tag, _) = await TaggedAsync();
        Assert.Equal(1, (await client.PostTwelveTimesAsync($"tags/{tag}/delete")).Ok().GetProperty("detached_tickets").GetInt32());
        Assert.Single(await tenant.EventsAsync("tag"), happened => happened.StartsWith("tag.deleted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_of_twelve_requests_without_a_key_deletes_it()
    {
        var (_, client, tag, _) = await TaggedAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.PostAsync($"tags/{tag}/delete")));
        Assert.Single(replies, reply => reply.Status == 200);
        Assert.Equal(11, replies.Count(reply => reply.Status == 404));
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_read()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        (await (await tenant.ClientAsync("helpdesk:read")).PostAsync($"tags/{tag.Id}/delete")).Refused(403, "insufficient_scope");
    }

    private async Task<(TestTenant Tenant, ApiClient Client, long Tag, long Ticket)> TaggedAsync()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        await tenant.TagAsync("vip");
        var client = await tenant.ClientAsync();
        var ticket = (await client.TicketAsync(more: new { tags = new[] { "refund", "vip" } })).GetProperty("id").GetInt64();
        return (tenant, client, tag.Id, ticket);
    }

    private static string[] Slugs(JsonElement ticket) =>
        [.. ticket.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("slug").GetString()!)];

    private Task SweptAsync(TestTenant tenant, long tag) => UntilAsync(async () => (await app.OwnerQueryAsync<bool>("""
        select not exists (select from tickets.ticket where tenant_id = @Id and @tag = any(tag_ids))
            and not exists (select from tickets.ticket_tag where tenant_id = @Id and tag_id = @tag)
        """, new { tenant.Id, tag }))[0]);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var waited = Stopwatch.StartNew(); !await holds(); await Task.Delay(100))
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "It took too long.");
    }
}
