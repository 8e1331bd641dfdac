using System.Text.Json;

namespace Helpdesk.Tickets.Tests;

public sealed class ListTicketsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_the_newest_first_without_messages()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync("First");
        await client.TicketAsync("Second");
        await Verify(await client.GetAsync("tickets"));
    }

    [Fact]
    public async Task A_tenant_without_tickets_has_an_empty_list()
    {
        await (await (await app.NewTenantAsync()).ClientAsync()).TicketAsync();
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("tickets"));
    }

    [Fact]
    public async Task Every_filter_finds_what_it_names()
    {
        var tenant = await app.NewTenantAsync();
        var (one, other) = (await tenant.QueueAsync("one"), await tenant.QueueAsync("other"));
        var (ann, bob) = (await tenant.AgentAsync("Ann", one.Id), await tenant.AgentAsync("Bob", one.Id, other.Id));
        var (lamps, doors) = (await tenant.TopicAsync("lamps"), await tenant.TopicAsync("doors"));
        await tenant.TagAsync("red");
        await tenant.TagAsync("blue");
        var client = await tenant.ClientAsync();
        var a = await client.TicketAsync(more: new
        {
            queue_id = one.Id,
            assignee_id = ann.Id,
            help_topic_id = lamps.Id,
            tags = new[] { "red" },
            priority = "urgent",
            source = "email",
            requester = new { email = "x@example.com" },
        });
        var b = await client.TicketAsync(more: new
        {
            queue_id = other.Id,
            assignee_id = bob.Id,
            help_topic_id = doors.Id,
            tags = new[] { "red", "blue" },
            priority = "low",
            source = "chat",
            requester = new { email = "y@example.com" },
        });
        var c = await client.TicketAsync(more: new { requester = new { email = "z@example.com" } });
        (await client.MoveAsync(b, "pending")).Ok();
        (await client.MoveAsync(c, "closed")).Ok();
        var (x, y) = (a.GetProperty("requester").Id(), b.GetProperty("requester").Id());

        foreach (var (query, expected) in (List<(string, JsonElement[])>)
            [
                ("status=new", [a]), ("status=pending,closed", [b, c]), ("status=open", []), ("status=", [a, b, c]),
                ("priority=urgent", [a]), ("priority=low, urgent", [a, b]), ("priority=high", []),
                ($"queue_id={one.Id}", [a]), ($"queue_id={one.Id},{other.Id}", [a, b]), ("queue_id=5", []),
                ($"help_topic_id={lamps.Id}", [a]), ($"help_topic_id={lamps.Id},{doors.Id}", [a, b]), ("help_topic_id=5", []),
                ($"assignee_id={ann.Id}", [a]), ("assignee_id=none", [c]), ($"assignee_id=none,{bob.Id}", [b, c]), ("assignee_id=5", []),
                ($"requester_id={x}", [a]), ($"requester_id={x},{y}", [a, b]), ("requester_id=5", []),
                ("requester_email=x@example.com", [a]), ("requester_email=X@EXAMPLE.COM,y@example.com", [a, b]),
                ("requester_email=example.com", []), ("requester_email=%25", []),
                ("tag=red", [a, b]), ("tag=blue", [b]), ("tag=blue,red", [a, b]), ("tag=green", []), ("tag=green,blue", [b]),
                ("source=email", [a]), ("source=chat,api", [b, c]), ("source=phone", []),
                ("sla_state=none", [a, b, c]), ("sla_state=breached", []), ("sla_state=breached,none", [a, b, c]),
                ("tag=red&status=new", [a]), ("tag=red&status=closed", []), ($"queue_id={other.Id}&assignee_id={bob.Id}&priority=low", [b]),
                ($"queue_id={one.Id}&assignee_id={bob.Id}", []), ("assignee_id=none&status=closed", [c]),
                ($"status=new,pending&queue_id={one.Id},{other.Id}&source=email&tag=red&requester_email=x@example.com", [a]),
            ])
        {
            foreach (var sort in (string[])["-id", "id", "updated_at", "-priority"])
            {
                Assert.True(
                    expected.Select(ticket => ticket.Id()).Order().SequenceEqual((await client.ListedAsync($"{query}&sort={sort}")).Order()), query);
            }

            Assert.Equal(expected.Length, await client.TotalAsync(query));
        }
    }

    [Fact]
    public async Task Times_are_bounds_that_include_their_start_and_exclude_their_end()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var old = await client.TicketAsync();
        await Task.Delay(1100);
        var young = await client.TicketAsync();
        var between = young.Text("created_at");

        Assert.Equal([young.Id()], await client.ListedAsync($"created_since={between}"));
        Assert.Equal([old.Id()], await client.ListedAsync($"created_before={between}"));
        Assert.Equal([young.Id()], await client.ListedAsync($"updated_since={between}"));
        Assert.Equal([old.Id()], await client.ListedAsync($"created_since={old.Text("created_at")}&created_before={between}"));
        Assert.Empty(await client.ListedAsync($"created_since={between}&created_before={between}"));
        Assert.Equal(2, await client.TotalAsync("created_since=2020-01-01"));
        Assert.Empty(await client.ListedAsync("created_before=2020-01-01T00:00:00%2B02:00"));
        Assert.Empty(await client.ListedAsync("created_since=9999-12-31T23:59:59Z"));
        Assert.Equal(2, await client.TotalAsync("updated_since=0001-01-01"));

        (await client.UpdateAsync(old, new { subject = "Changed" })).Ok();
        Assert.Equal([young.Id(), old.Id()], await client.ListedAsync($"updated_since={between}"));
    }

    [Theory]
    [InlineData("status=done", "status")]
    [InlineData("status=new,Open", "status")]
    [InlineData("status=merged", "status")]
    [InlineData("priority=1", "priority")]
    [InlineData("queue_id=support", "queue_id")]
    [InlineData("queue_id=1,x", "queue_id")]
    [InlineData("help_topic_id=1.5", "help_topic_id")]
    [InlineData("assignee_id=nobody", "assignee_id")]
    [InlineData("assignee_id=0", "assignee_id")]
    [InlineData("requester_id=x", "requester_id")]
    [InlineData("source=fax", "source")]
    [InlineData("sla_state=fine", "sla_state")]
    [InlineData("created_since=yesterday", "created_since")]
    [InlineData("created_before=1700000000", "created_before")]
    [InlineData("updated_since=2026-13-01", "updated_since")]
    [InlineData("sort=subject", "sort")]
    [InlineData("sort=priority", "sort")]
    [InlineData("limit=ten", "limit")]
    [InlineData("q=x", "q")]
    [InlineData("q=%20x%20", "q")]
    [InlineData("q=a%00b", "q")]
    [InlineData("status=x&priority=y&limit=1&sort=z", "status,priority,sort")]
    public async Task Refuses_values_that_are_not_acceptable(string query, string fields) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("tickets?" + query)).RefusedFields(fields.Split(','));

    [Fact]
    public async Task Names_the_filter_at_fault()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await Verify(await client.GetAsync("tickets?status=done&assignee_id=somebody&sort=subject"));
    }

    [Fact]
    public async Task Ids_of_another_tenant_find_nothing()
    {
        var (mine, theirs) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        await theirs.TagAsync("red");
        await mine.TagAsync("red");
        var queue = await theirs.QueueAsync("theirs");
        var agent = await theirs.AgentAsync("Theirs", queue.Id);
        var their = await (await theirs.ClientAsync()).TicketAsync(
            more: new { queue_id = queue.Id, assignee_id = agent.Id, tags = new[] { "red" }, requester = new { email = "x@example.com" } });
        var client = await mine.ClientAsync();
        await client.TicketAsync();

        foreach (var query in (string[])
            [
                $"queue_id={queue.Id}", $"assignee_id={agent.Id}", $"requester_id={their.GetProperty("requester").Id()}",
                "requester_email=x@example.com", "tag=red",
            ])
        {
            Assert.Empty(await client.ListedAsync(query));
            Assert.Equal(0, await client.TotalAsync(query));
        }
    }
}
