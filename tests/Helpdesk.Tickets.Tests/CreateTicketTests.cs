namespace Helpdesk.Tickets.Tests;

public sealed class CreateTicketTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Creates_a_ticket_from_a_subject_and_a_body()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await Verify(await client.PostAsync("tickets", new { subject = "  Help\nneeded ", body = "The lamp *flickers*." }));
    }

    [Fact]
    public async Task Creates_a_ticket_with_everything_given()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("repairs");
        var agent = await tenant.AgentAsync("Rita Repair", queue.Id);
        var topic = await tenant.TopicAsync("lamps", null, 4, new CustomField("serial", "Serial", CustomFieldType.Text, true, null));
        await tenant.TagAsync("urgent-looking");
        await tenant.TagAsync("lamp");
        var client = await tenant.ClientAsync();

        await Verify(await client.PostAsync("tickets", new
        {
            subject = "Lamp",
            body_md = "It *flickers*.",
            requester = new { email = "Bea.Beam@Example.com", name = "Bea Beam" },
            help_topic_id = topic.Id,
            queue_id = queue.Id,
            priority = "urgent",
            assignee_id = agent.Id,
            tags = new[] { "lamp", "urgent-looking", "lamp" },
            custom_fields = new { serial = "A-1" },
            source = "phone",
        }));
    }

    [Fact]
    public async Task Numbers_the_tickets_of_each_tenant_from_one()
    {
        var one = await (await app.NewTenantAsync()).ClientAsync();
        var other = await (await app.NewTenantAsync()).ClientAsync();

        Assert.Equal("HD-000001", (await one.TicketAsync()).Text("reference"));
        Assert.Equal("HD-000002", (await one.TicketAsync()).Text("reference"));
        Assert.Equal("HD-000001", (await other.TicketAsync()).Text("reference"));
    }

    [Fact]
    public async Task Gives_parallel_tickets_numbers_without_gaps_or_doubles()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var tickets = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.TicketAsync()));

        Assert.Equal(Enumerable.Range(1, 30).Select(number => $"HD-{number:D6}"), tickets.Select(ticket => ticket.Text("reference")).Order());
    }

    [Fact]
    public async Task A_refused_ticket_takes_no_number()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync();
        (await client.PostAsync("tickets", new { subject = "x", body = "y", queue_id = 1 })).Refused(404, "queue_not_found");

        Assert.Equal("HD-000002", (await client.TicketAsync()).Text("reference"));
    }

    [Fact]
    public async Task Takes_queue_and_priority_from_the_topic()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("lamps");
        var elsewhere = await tenant.QueueAsync("elsewhere");
        var topic = await tenant.TopicAsync("lamps", queue.Id, 2);
        var client = await tenant.ClientAsync();

        var ticket = await client.TicketAsync(more: new { help_topic_id = topic.Id });
        Assert.Equal("lamps", ticket.GetProperty("queue").Text("slug"));
        Assert.Equal("high", ticket.Text("priority"));

        var placed = await client.TicketAsync(more: new { help_topic_id = topic.Id, queue_id = elsewhere.Id, priority = "low" });
        Assert.Equal("elsewhere", placed.GetProperty("queue").Text("slug"));
        Assert.Equal("low", placed.Text("priority"));
    }

    [Fact]
    public async Task Finds_the_requester_by_address_in_any_letter_case()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var first = await client.TicketAsync(more: new { requester = new { email = "Ann@Example.com", name = "Ann Ames" } });
        var second = await client.TicketAsync(more: new { requester = new { email = " aNN@example.COM ", name = "Somebody Else" } });
        var third = await client.TicketAsync(more: new { requester_id = first.GetProperty("requester").Id() });

        Assert.Equal(first.GetProperty("requester").ToString(), second.GetProperty("requester").ToString());
        Assert.Equal(first.GetProperty("requester").ToString(), third.GetProperty("requester").ToString());
        Assert.Equal("ann@example.com", first.GetProperty("requester").Text("email"));
        Assert.Equal("Ann", first.GetProperty("requester").Text("first_name"));
    }

    [Fact]
    public async Task Names_a_requester_without_a_name_after_the_address()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync(more: new { requester = new { email = "zoe.z@example.com" } });
        Assert.Equal("zoe.z", ticket.GetProperty("requester").Text("name"));
    }

    [Fact]
    public async Task Parallel_tickets_of_a_new_requester_share_one_person()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var tickets = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            client.TicketAsync(more: new { requester = new { email = "new@example.com" } })));

        Assert.Single(tickets.Select(ticket => ticket.GetProperty("requester").Id()).Distinct());
        Assert.Equal(10, await client.TotalAsync("requester_email=new@example.com"));
    }

    [Fact]
    public async Task The_same_address_in_two_tenants_is_two_requesters()
    {
        var more = new { requester = new { email = "same@example.com" } };
        var one = await (await (await app.NewTenantAsync()).ClientAsync()).TicketAsync(more: more);
        var other = await (await (await app.NewTenantAsync()).ClientAsync()).TicketAsync(more: more);
        Assert.NotEqual(one.GetProperty("requester").Id(), other.GetProperty("requester").Id());
    }

    [Fact]
    public async Task Leaves_an_event()
    {
        var tenant = await app.NewTenantAsync();
        var agent = await tenant.AgentAsync("Ann", (await tenant.QueueAsync("repairs")).Id);
        var client = await tenant.ClientAsync();

        Assert.Equal(["ticket.created"], await app.EventsAsync(await client.TicketAsync()));
        var assigned = await client.TicketAsync(more: new { queue_id = agent.QueueIds[0], assignee_id = agent.Id });
        Assert.Equal(["ticket.created", $"ticket.assigned assignee_id: null > {agent.Id}"], await app.EventsAsync(assigned));
        Assert.Equal(["message requester: It was fine yesterday."], await client.ThreadAsync(assigned));
    }

    [Fact]
    public async Task Wants_the_scope_to_write()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync("helpdesk:read", "helpdesk:admin");
        var reply = await client.PostAsync("tickets", new { subject = "x", body = "y" });
        reply.LacksScope("helpdesk:write");
        await Verify(reply);
    }
}
