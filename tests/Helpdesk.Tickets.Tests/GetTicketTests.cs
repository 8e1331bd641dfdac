namespace Helpdesk.Tickets.Tests;

public sealed class GetTicketTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Reads_a_ticket_with_its_thread()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("repairs");
        var agent = await tenant.AgentAsync("Rita Repair", queue.Id);
        await tenant.TagAsync("lamp");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { queue_id = queue.Id, requester = new { email = "bea@example.com", name = "Bea Beam" } });
        (await client.ReplyAsync(ticket, new { body = "We are **on** it.", agent_id = agent.Id })).Created();
        (await client.ReplyAsync(ticket, new { body = "Bulb is gone.", @internal = true })).Created();
        (await client.UpdateAsync(ticket, new { tags = new[] { "lamp" }, assignee_id = agent.Id, priority = "high", status = "resolved" })).Ok();

        await Verify(await client.GetAsync($"tickets/{ticket.Text("reference")}"));
    }

    [Fact]
    public async Task Is_found_by_id_and_by_reference_in_any_letter_case()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync();
        var ticket = await client.TicketAsync();

        foreach (var name in (string[])["HD-000002", "hd-000002", "Hd-000002", ticket.Text("id")])
            Assert.Equal(ticket.Id(), (await client.GetAsync($"tickets/{name}")).Ok().Id());
    }

    [Theory]
    [InlineData("HD-000009")]
    [InlineData("HD-")]
    [InlineData("HD-0x1")]
    [InlineData("HD--1")]
    [InlineData("HD-99999999999999999999")]
    [InlineData("HD")]
    [InlineData("000001")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("nobody")]
    [InlineData("HD-%D9%A1")]
    [InlineData("%F0%9F%99%82")]
    [InlineData("';--")]
    public async Task Is_not_found_by_other_names(string name)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync();
        (await client.GetAsync($"tickets/{name}")).Refused(404, "ticket_not_found");
    }

    [Fact]
    public async Task Is_not_found_by_another_tenant()
    {
        var ticket = await (await (await app.NewTenantAsync()).ClientAsync()).TicketAsync();
        var stranger = await (await app.NewTenantAsync()).ClientAsync();

        await Verify(await stranger.GetAsync($"tickets/{ticket.Id()}"));
        (await stranger.GetAsync($"tickets/{ticket.Text("reference")}")).Refused(404, "ticket_not_found");
        (await stranger.GetAsync($"tickets/{ticket.Id()}/messages")).Refused(404, "ticket_not_found");
        (await stranger.UpdateAsync(ticket, new { subject = "mine" })).Refused(404, "ticket_not_found");
        (await stranger.ReplyAsync(ticket, new { body = "mine" })).Refused(404, "ticket_not_found");
        (await stranger.MoveAsync(ticket, "closed")).Refused(404, "ticket_not_found");
    }

    [Fact]
    public async Task A_key_does_not_work_on_another_tenants_host()
    {
        var (mine, theirs) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var ticket = await (await theirs.ClientAsync()).TicketAsync();
        (await (await mine.ClientAsync()).On(theirs.Slug).GetAsync($"tickets/{ticket.Id()}")).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task Shows_at_most_the_hundred_oldest_entries()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        for (var number = 2; number <= 100; number++)
            (await client.ReplyAsync(ticket, new { body = $"{number}" })).Created();
        // The first answer opened the ticket, which is an entry too.
        Assert.True((await client.ReadAsync(ticket)).GetProperty("messages_truncated").GetBoolean());

        var thread = (await client.ReadAsync(ticket)).GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(100, thread.Count);
        Assert.Equal("It was fine yesterday.", thread[0].Text("body_md"));
        Assert.Equal("99", thread[^1].Text("body_md"));
        Assert.Equal(thread.Select(entry => entry.Id()).Order(), thread.Select(entry => entry.Id()));

        await app.OwnerSqlAsync("""
            delete from tickets.message where ticket_id = @Id and body_md = '100';
            update tickets.ticket set version = version + 1 where id = @Id
            """, new { Id = ticket.Id() });
        Assert.False((await client.ReadAsync(ticket)).GetProperty("messages_truncated").GetBoolean());
    }

    [Fact]
    public async Task Counts_messages_without_system_entries()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.ReplyAsync(ticket, new { body = "public" })).Created();
        (await client.ReplyAsync(ticket, new { body = "internal", @internal = true })).Created();
        (await client.ReplyAsync(ticket, new { body = "again", @as = "requester" })).Created();
        (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "on_hold", note = "waits for parts" })).Ok();

        var now = await client.ReadAsync(ticket);
        Assert.Equal((5, 3), (now.GetProperty("message_count").GetInt32(), now.GetProperty("public_message_count").GetInt32()));
        Assert.Equal(7, now.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task Keeps_texts_as_they_were_sent()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        const string Body = "  <script>alert('x')</script>\r\n\t# ünïcode שלום 🙂 \\ \" {{requester.name}}\n\n";
        const string Subject = "<b>\"ünïcode\"</b> שלום 🙂 \\ ' % _";
        var ticket = await client.TicketAsync(Subject, new { body = Body });

        var seen = await client.ReadAsync(ticket);
        Assert.Equal(Subject, seen.Text("subject"));
        Assert.Equal(Body, seen.GetProperty("messages")[0].Text("body_md"));
    }

    [Fact]
    public async Task Wants_the_scope_to_read()
    {
        var tenant = await app.NewTenantAsync();
        var ticket = await (await tenant.ClientAsync()).TicketAsync();
        var client = await tenant.ClientAsync("helpdesk:write", "helpdesk:admin");
        (await client.GetAsync($"tickets/{ticket.Id()}")).LacksScope("helpdesk:read");
        (await client.GetAsync("tickets")).LacksScope("helpdesk:read");
        (await client.GetAsync($"tickets/{ticket.Id()}/messages")).LacksScope("helpdesk:read");
    }
}
