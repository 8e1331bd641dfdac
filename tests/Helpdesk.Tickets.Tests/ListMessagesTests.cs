namespace Helpdesk.Tickets.Tests;

public sealed class ListMessagesTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_the_thread_oldest_first()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.ReplyAsync(ticket, new { body = "public" })).Created();
        (await client.ReplyAsync(ticket, new { body = "internal", @internal = true })).Created();
        await Verify(await client.GetAsync($"tickets/{ticket.Text("reference").ToLowerInvariant()}/messages"));
    }

    [Theory]
    [InlineData("", "message,message,system_event,note,message,system_event", 6)]
    [InlineData("include_internal=true&include_system=true", "message,message,system_event,note,message,system_event", 6)]
    [InlineData("include_internal=false", "message,message,system_event,message,system_event", 5)]
    [InlineData("include_system=false", "message,message,note,message", 4)]
    [InlineData("include_internal=0&include_system=0", "message,message,message", 3)]
    public async Task Internal_and_system_entries_can_be_left_out(string query, string kinds, long total)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.ReplyAsync(ticket, new { body = "a" })).Created();
        (await client.ReplyAsync(ticket, new { body = "b", @internal = true })).Created();
        (await client.ReplyAsync(ticket, new { body = "c", @as = "requester" })).Created();
        (await client.MoveAsync(ticket, "pending")).Ok();

        foreach (var name in (string[])[ticket.Text("id"), ticket.Text("reference")])
        {
            var reply = (await client.GetAsync($"tickets/{name}/messages?{query}")).Expect(200);
            Assert.Equal(kinds.Split(','), reply.Data.EnumerateArray().Select(entry => entry.Text("kind")));
            Assert.Equal(total, reply.Json.GetProperty("total_count").GetInt64());
            Assert.False(reply.Json.GetProperty("has_more").GetBoolean());
            Assert.Null(reply.NextCursor);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Pages_through_a_thread_that_grows(int limit)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync("open");
        for (var i = 0; i < 10; i++)
            (await client.ReplyAsync(ticket, new { body = $"reply {i}" })).Created();

        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = (await client.GetAsync($"tickets/{ticket.Id()}/messages?limit={limit}&cursor={cursor}")).Expect(200);
            seen.AddRange(page.Data.EnumerateArray().Select(entry => entry.Id()));
            cursor = page.NextCursor;
            if (seen.Count < 14)
                (await client.ReplyAsync(ticket, new { body = "late" })).Created();
        }
        while (cursor is not null);

        var all = (await client.GetAsync($"tickets/{ticket.Id()}/messages?limit=100")).Ok().EnumerateArray().Select(entry => entry.Id()).ToList();
        Assert.Equal(all[..seen.Count], seen);
        Assert.True(seen.Count >= 12);
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-3", 1)]
    [InlineData("1", 1)]
    [InlineData("100", 100)]
    [InlineData("101", 100)]
    [InlineData("99999999999", 100)]
    [InlineData("", 50)]
    public async Task The_limit_is_brought_into_its_range(string limit, int count)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        await app.OwnerSqlAsync(
            "insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_name, body_md, is_internal, created_at) "
            + "select tenant_id, id + n, ticket_id, kind, author_kind, author_name, body_md, is_internal, created_at "
            + "from tickets.message, generate_series(1, 104) n where ticket_id = @Id", new { Id = ticket.Id() });
        var reply = (await client.GetAsync($"tickets/{ticket.Id()}/messages?limit={limit}")).Expect(200);
        Assert.Equal(count, reply.Data.GetArrayLength());
        Assert.Equal(105, reply.Json.GetProperty("total_count").GetInt64());
    }

    [Fact]
    public async Task Refuses_cursors_of_other_lists()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var (ticket, other) = (await client.TicketInAsync("open"), await client.TicketInAsync("open"));
        var cursor = (await client.GetAsync($"tickets/{ticket.Id()}/messages?limit=1")).Expect(200).NextCursor;
        Assert.NotNull(cursor);

        (await client.GetAsync($"tickets/{ticket.Id()}/messages?cursor={cursor}")).Ok();
        (await client.GetAsync($"tickets/{ticket.Id()}/messages?limit=7&cursor={cursor}")).Ok();
        (await client.GetAsync($"tickets/{other.Id()}/messages?cursor={cursor}")).Refused(400, "invalid_cursor");
        (await client.GetAsync($"tickets/{ticket.Id()}/messages?include_system=false&cursor={cursor}")).Refused(400, "invalid_cursor");
        (await client.GetAsync($"tickets?cursor={cursor}")).Refused(400, "invalid_cursor");
        (await client.GetAsync($"tickets/{ticket.Id()}/messages?cursor={cursor}x")).Refused(400, "invalid_cursor");
        (await client.GetAsync($"tickets/{ticket.Id()}/messages?cursor=cur_")).Refused(400, "invalid_cursor");
        (await client.GetAsync($"tickets/{ticket.Id()}/messages?cursor=1")).Refused(400, "invalid_cursor");
    }

    [Theory]
    [InlineData("limit=many", "limit")]
    [InlineData("limit=1.5", "limit")]
    [InlineData("include_internal=maybe", "include_internal")]
    [InlineData("include_system=2", "include_system")]
    public async Task Refuses_values_that_are_not_acceptable(string query, string field)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.GetAsync($"tickets/{ticket.Id()}/messages?{query}")).RefusedFields(field);
    }

    [Fact]
    public async Task Is_not_found_where_there_is_no_such_ticket()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var name in (string[])["HD-000001", "1", "nobody"])
            (await client.GetAsync($"tickets/{name}/messages")).Refused(404, "ticket_not_found");
    }
}
