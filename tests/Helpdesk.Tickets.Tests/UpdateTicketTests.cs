namespace Helpdesk.Tickets.Tests;

public sealed class UpdateTicketTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Changes_everything_at_once()
    {
        var tenant = await app.NewTenantAsync();
        var (from, to) = (await tenant.QueueAsync("front"), await tenant.QueueAsync("repairs"));
        var agent = await tenant.AgentAsync("Rita Repair", to.Id);
        var topic = await tenant.TopicAsync("lamps", null, 4, new CustomField("serial", "Serial", CustomFieldType.Text, true, null));
        await tenant.TagAsync("lamp");
        await tenant.TagAsync("warranty");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { queue_id = from.Id, tags = new[] { "warranty" } });

        await Verify(await client.UpdateAsync(ticket, new
        {
            subject = " Lamp\tis dark ",
            priority = "urgent",
            queue_id = to.Id,
            help_topic_id = topic.Id,
            assignee_id = agent.Id,
            tags = new[] { "lamp" },
            custom_fields = new { serial = "A-1" },
            status = "pending",
        }));

        Assert.Equal(
            [
                "message requester: It was fine yesterday.", "tags_changed warranty > lamp", "queue_moved front > repairs",
                $"assigned null > {agent.Id}", "priority_changed normal > urgent", "status_changed new > pending",
            ], await client.ThreadAsync(ticket));
        Assert.Equal(
            [
                "ticket.created", "ticket.tagged tags: null > lamp", "ticket.untagged tags: warranty > null",
                $"ticket.queue_moved queue_id: {from.Id} > {to.Id}", $"ticket.assigned assignee_id: null > {agent.Id}",
                "ticket.status_changed status: new > pending",
            ], (await app.EventsAsync(ticket))[..^1]);
        Assert.StartsWith("ticket.updated custom_fields: {} > ", (await app.EventsAsync(ticket))[^1]);
        Assert.Contains($"help_topic_id: null > {topic.Id}, priority: normal > urgent, subject: Lamp does not light > Lamp is dark", (await app.EventsAsync(ticket))[^1]);
    }

    [Fact]
    public async Task Members_that_are_absent_keep_their_value_and_null_clears()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("repairs");
        var agent = await tenant.AgentAsync("Rita Repair", queue.Id);
        var topic = await tenant.TopicAsync("lamps");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { queue_id = queue.Id, assignee_id = agent.Id, help_topic_id = topic.Id });

        var renamed = (await client.UpdateAsync(ticket, new { subject = "Renamed" })).Ok();
        Assert.Equal(agent.Id, renamed.Assignee());
        Assert.Equal(topic.Id, renamed.GetProperty("help_topic").Id());

        var cleared = (await client.UpdateAsync(ticket, new { assignee_id = (long?)null, help_topic_id = (long?)null })).Ok();
        Assert.Equal((true, true, "Renamed"), (cleared.IsNull("assignee"), cleared.IsNull("help_topic"), cleared.Text("subject")));
        Assert.False(cleared.TryGetProperty("messages", out _));
    }

    [Fact]
    public async Task Values_that_are_there_already_change_nothing()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.TagAsync("lamp");
        await tenant.TagAsync("dark");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { tags = new[] { "lamp", "dark" } });
        await app.OwnerSqlAsync("update tickets.ticket set version = version + 1, updated_at = '2026-01-01T00:00:00Z' where id = @Id", new { Id = ticket.Id() });

        foreach (var tags in (string[][])[["lamp", "dark"], ["dark", "lamp"], ["dark", "lamp", "dark"]])
        {
            var same = (await client.UpdateAsync(ticket, new
            {
                subject = "Lamp does not light",
                priority = "normal",
                queue_id = ticket.GetProperty("queue").Id(),
                assignee_id = (long?)null,
                help_topic_id = (long?)null,
                tags,
                status = "new",
            })).Ok();
            Assert.Equal("2026-01-01T00:00:00Z", same.Text("updated_at"));
        }

        Assert.Equal(["ticket.created"], await app.EventsAsync(ticket));
        Assert.Single(await client.ThreadAsync(ticket));
    }

    [Theory]
    [InlineData("""{"add_tags":["c"]}""", "a,b,c")]
    [InlineData("""{"add_tags":["b","a"]}""", "a,b")]
    [InlineData("""{"remove_tags":["a"]}""", "b")]
    [InlineData("""{"remove_tags":["c","no-such-tag"]}""", "a,b")]
    [InlineData("""{"add_tags":["c"],"remove_tags":["a"]}""", "b,c")]
    [InlineData("""{"tags":["c"]}""", "c")]
    [InlineData("""{"tags":[]}""", "")]
    [InlineData("""{"tags":["c"],"add_tags":["a"]}""", "c,a")]
    [InlineData("""{"tags":["c","b"],"remove_tags":["c"]}""", "b")]
    public async Task Tags_are_added_removed_and_replaced(string body, string tags)
    {
        var tenant = await app.NewTenantAsync();
        foreach (var slug in (string[])["a", "b", "c"])
            await tenant.TagAsync(slug);
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { tags = new[] { "a", "b" } });

        string[] expected = [.. tags.Split(',').Where(tag => tag.Length > 0)];
        Assert.Equal(expected, (await client.PostTextAsync($"tickets/{ticket.Id()}", body)).Ok().Tags());
        Assert.Equal(expected, (await client.ReadAsync(ticket)).Tags());
        foreach (var slug in (string[])["a", "b", "c"])
            Assert.Equal(expected.Contains(slug), (await client.ListedAsync($"tag={slug}")).Contains(ticket.Id()));

        var (added, removed) = (expected.Except(["a", "b"]).ToArray(), new[] { "a", "b" }.Except(expected).ToArray());
        List<string> events = ["ticket.created"];
        if (added.Length > 0)
            events.Add($"ticket.tagged tags: null > {string.Join("+", added)}");
        if (removed.Length > 0)
            events.Add($"ticket.untagged tags: {string.Join("+", removed)} > null");
        Assert.Equal(events, await app.EventsAsync(ticket));
    }

    [Fact]
    public async Task A_ticket_carries_at_most_twenty_tags()
    {
        var tenant = await app.NewTenantAsync();
        var slugs = Enumerable.Range(1, 21).Select(number => $"tag-{number}").ToArray();
        foreach (var slug in slugs)
            await tenant.TagAsync(slug);
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { tags = slugs[..19] });

        Assert.Equal(20, (await client.UpdateAsync(ticket, new { add_tags = slugs[19..20] })).Ok().Tags().Length);
        (await client.UpdateAsync(ticket, new { add_tags = slugs[20..] })).RefusedFields("add_tags");
        (await client.UpdateAsync(ticket, new { tags = slugs })).RefusedFields("tags");
        (await client.UpdateAsync(ticket, new { add_tags = slugs })).RefusedFields("add_tags");
        (await client.UpdateAsync(ticket, new { remove_tags = slugs })).RefusedFields("remove_tags");
        Assert.Equal(20, (await client.UpdateAsync(ticket, new { add_tags = slugs[20..], remove_tags = slugs[..1] })).Ok().Tags().Length);
    }

    [Fact]
    public async Task Parallel_updates_do_not_lose_each_other()
    {
        var tenant = await app.NewTenantAsync();
        var slugs = Enumerable.Range(1, 10).Select(number => $"tag-{number}").ToArray();
        foreach (var slug in slugs)
            await tenant.TagAsync(slug);
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();

        await Task.WhenAll(slugs.Select(async slug => (await client.UpdateAsync(ticket, new { add_tags = new[] { slug } })).Ok()));
        Assert.Equal(slugs.Order(), (await client.ReadAsync(ticket)).Tags().Order());
        Assert.Equal(10, (await app.EventsAsync(ticket)).Count(line => line.StartsWith("ticket.tagged")));
    }

    [Fact]
    public async Task Wants_the_scope_to_write()
    {
        var tenant = await app.NewTenantAsync();
        var ticket = await (await tenant.ClientAsync()).TicketAsync();
        (await (await tenant.ClientAsync("helpdesk:read")).UpdateAsync(ticket, new { subject = "x" })).LacksScope("helpdesk:write");
    }
}
