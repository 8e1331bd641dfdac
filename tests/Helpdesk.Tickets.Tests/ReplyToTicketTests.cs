namespace Helpdesk.Tickets.Tests;

public sealed class ReplyToTicketTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Answers_in_public()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        await Verify(await client.PostAsync($"tickets/{ticket.Text("reference").ToLowerInvariant()}/reply", new { body = "Try another *bulb*." }));

        Assert.Equal(
            ["message requester: It was fine yesterday.", "message api: Try another *bulb*.", "status_changed new > open"], await client.ThreadAsync(ticket));
        Assert.Equal(["ticket.created", "ticket.replied", "ticket.status_changed status: new > open"], await app.EventsAsync(ticket));
    }

    [Fact]
    public async Task Answers_as_an_agent()
    {
        var tenant = await app.NewTenantAsync();
        var agent = await tenant.AgentAsync("Rita Repair");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();

        var author = (await client.ReplyAsync(ticket, new { body = "Hello", @as = "agent", agent_id = agent.Id })).Created().GetProperty("author");
        Assert.Equal(("agent", agent.Id, "Rita Repair"), (author.Text("kind"), author.Id(), author.Text("name")));
    }

    [Fact]
    public async Task Adds_an_internal_note()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        await Verify(await client.ReplyAsync(ticket, new { body_md = "Looks broken.", @internal = true }));

        var now = await client.ReadAsync(ticket);
        Assert.Equal("new", now.Text("status"));
        Assert.True(now.IsNull("first_responded_at"));
        Assert.True(now.IsNull("last_agent_reply_at"));
        Assert.Equal(["ticket.created", "ticket.note_added"], await app.EventsAsync(ticket));
    }

    [Fact]
    public async Task Writes_as_the_requester()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync(more: new { requester = new { email = "bea@example.com", name = "Bea Beam" } });
        await Verify(await client.ReplyAsync(ticket, new { body = "Any news?", @as = "requester" }));
        Assert.Equal(["ticket.created", "ticket.replied"], await app.EventsAsync(ticket));
        Assert.True((await client.ReadAsync(ticket)).IsNull("first_responded_at"));
    }

    [Theory]
    [InlineData("new", "open")]
    [InlineData("open", "open")]
    [InlineData("pending", "pending")]
    [InlineData("on_hold", "on_hold")]
    [InlineData("resolved", "resolved")]
    public async Task A_public_answer_opens_only_new_tickets(string before, string after)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync(before);
        Assert.Equal(after, (await client.ReplyAsync(ticket, new { body = "x" })).Created().GetProperty("ticket").Text("status"));
        Assert.Equal(after, (await client.ReadAsync(ticket)).Text("status"));

        var noted = await client.TicketInAsync(before);
        Assert.Equal(before, (await client.ReplyAsync(noted, new { body = "x", @internal = true })).Created().GetProperty("ticket").Text("status"));
    }

    [Theory]
    [InlineData("new", "new")]
    [InlineData("open", "open")]
    [InlineData("pending", "open")]
    [InlineData("on_hold", "open")]
    [InlineData("resolved", "open")]
    public async Task The_requesters_word_opens_whatever_waited(string before, string after)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync(before);
        (await client.ReplyAsync(ticket, new { body = "x", @as = "requester" })).Created();

        var now = await client.ReadAsync(ticket);
        Assert.Equal(after, now.Text("status"));
        Assert.True(now.IsNull("resolved_at"));
    }

    [Theory]
    [InlineData("agent", false)]
    [InlineData("agent", true)]
    [InlineData("requester", false)]
    public async Task The_status_that_the_caller_names_wins(string who, bool isInternal)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var before in Ticketing.Statuses[..5])
        {
            foreach (var wanted in Ticketing.Statuses)
            {
                var ticket = await client.TicketInAsync(before);
                var reply = (await client.ReplyAsync(ticket, new { body = "x", @as = who, @internal = isInternal, status = wanted })).Created();
                Assert.Equal(wanted, reply.GetProperty("ticket").Text("status"));
                Assert.Equal(wanted, (await client.ReadAsync(ticket)).Text("status"));
                Assert.Equal(
                    before != wanted, (await client.ThreadAsync(ticket)).Contains($"status_changed {before} > {wanted}"));
            }
        }
    }

    [Theory]
    [InlineData("agent", false)]
    [InlineData("agent", true)]
    [InlineData("requester", false)]
    public async Task Nobody_writes_to_a_closed_ticket(string who, bool isInternal)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync("closed");
        (await client.ReplyAsync(ticket, new { body = "x", @as = who, @internal = isInternal, status = "open" })).Refused(409, "ticket_closed");
        Assert.Equal(1, (await client.ReadAsync(ticket)).GetProperty("message_count").GetInt32());
    }

    [Theory]
    [InlineData(-60, true)]
    [InlineData(60, false)]
    public async Task A_resolved_ticket_can_be_reopened_for_seven_days(int secondsPast, bool isOpen)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync("resolved");
        await app.OwnerSqlAsync(
            "update tickets.ticket set version = version + 1, resolved_at = now() - interval '7 days' - make_interval(secs => @Past) where id = @Id",
            new { Past = (double)secondsPast, Id = ticket.Id() });

        var reply = await client.ReplyAsync(ticket, new { body = "It is dark again", @as = "requester" });
        if (isOpen)
        {
            Assert.Equal("open", reply.Created().GetProperty("ticket").Text("status"));
            return;
        }

        await Verify(reply);
        Assert.Equal(1, (await client.ReadAsync(ticket)).GetProperty("message_count").GetInt32());
        // The team may still write, and open it.
        Assert.Equal("resolved", (await client.ReplyAsync(ticket, new { body = "Hm." })).Created().GetProperty("ticket").Text("status"));
        Assert.Equal("open", (await client.MoveAsync(ticket, "open")).Ok().Text("status"));
        (await client.ReplyAsync(ticket, new { body = "Thanks", @as = "requester" })).Created();
    }

    [Fact]
    public async Task The_reopen_window_is_the_tenants()
    {
        var tenant = await app.NewTenantAsync();
        await app.OwnerSqlAsync("update desk.setting set reopen_window_days = 30 where tenant_id = @Id", new { tenant.Id });
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketInAsync("resolved");
        await app.OwnerSqlAsync("update tickets.ticket set version = version + 1, resolved_at = now() - interval '29 days' where id = @Id", new { Id = ticket.Id() });
        (await client.ReplyAsync(ticket, new { body = "x", @as = "requester" })).Created();
    }

    [Fact]
    public async Task Notes_the_first_and_the_last_answer()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.ReplyAsync(ticket, new { body = "first" })).Created();
        await app.OwnerSqlAsync(
            "update tickets.ticket set version = version + 1, first_responded_at = '2026-01-01T10:00:00Z', last_agent_reply_at = '2026-01-01T10:00:00Z', "
            + "last_requester_reply_at = '2026-01-01T09:00:00Z' where id = @Id",
            new { Id = ticket.Id() });
        (await client.ReplyAsync(ticket, new { body = "second" })).Created();

        var now = await client.ReadAsync(ticket);
        Assert.Equal("2026-01-01T10:00:00Z", now.Text("first_responded_at"));
        Assert.NotEqual("2026-01-01T10:00:00Z", now.Text("last_agent_reply_at"));
        Assert.Equal("2026-01-01T09:00:00Z", now.Text("last_requester_reply_at"));
        (await client.ReplyAsync(ticket, new { body = "third", @as = "requester" })).Created();
        Assert.NotEqual("2026-01-01T09:00:00Z", (await client.ReadAsync(ticket)).Text("last_requester_reply_at"));
    }

    [Fact]
    public async Task Parallel_replies_all_arrive()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => client.ReplyAsync(ticket, new { body = $"reply {number}" })));

        Assert.All(replies, reply => reply.Created());
        var now = await client.ReadAsync(ticket);
        Assert.Equal(13, now.GetProperty("message_count").GetInt32());
        Assert.Equal(14, now.GetProperty("messages").GetArrayLength());
        Assert.Equal(12, (await app.EventsAsync(ticket)).Count(line => line == "ticket.replied"));
    }
}
