namespace Helpdesk.Tickets.Tests;

public sealed class UpdateTicketRefusalTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("{}", "body")]
    [InlineData("""{"unknown":1}""", "body")]
    [InlineData("""{"subject":null}""", "subject")]
    [InlineData("""{"subject":"  "}""", "subject")]
    [InlineData("""{"subject":["x"]}""", "subject")]
    [InlineData("""{"subject":"\u0000"}""", "subject")]
    [InlineData("""{"priority":null}""", "priority")]
    [InlineData("""{"priority":"highest"}""", "priority")]
    [InlineData("""{"queue_id":null}""", "queue_id")]
    [InlineData("""{"queue_id":"1"}""", "queue_id")]
    [InlineData("""{"help_topic_id":"1"}""", "help_topic_id")]
    [InlineData("""{"assignee_id":"none"}""", "assignee_id")]
    [InlineData("""{"tags":null}""", "tags")]
    [InlineData("""{"tags":"a"}""", "tags")]
    [InlineData("""{"tags":[null]}""", "tags")]
    [InlineData("""{"tags":["no-such-tag"]}""", "tags")]
    [InlineData("""{"add_tags":["no-such-tag"]}""", "add_tags")]
    [InlineData("""{"add_tags":[null]}""", "add_tags")]
    [InlineData("""{"remove_tags":[null]}""", "remove_tags")]
    [InlineData("""{"custom_fields":5}""", "custom_fields")]
    [InlineData("""{"custom_fields":{"color":"red"}}""", "custom_fields.color")]
    [InlineData("""{"status":null}""", "status")]
    [InlineData("""{"status":"Closed"}""", "status")]
    [InlineData("""{"subject":"","priority":null,"status":null}""", "subject,priority,status")]
    public async Task Refuses_values_that_are_not_acceptable(string body, string fields)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.PostTextAsync($"tickets/{ticket.Id()}", body)).RefusedFields(fields.Split(','));
        Assert.Equal(["ticket.created"], await app.EventsAsync(ticket));
    }

    [Fact]
    public async Task The_subject_has_1_to_255_characters()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        foreach (var length in (int[])[1, 254, 255])
            Assert.Equal(length, (await client.UpdateAsync(ticket, new { subject = new string('é', length) })).Ok().Text("subject").Length);
        (await client.UpdateAsync(ticket, new { subject = new string('é', 256) })).RefusedFields("subject");
    }

    [Theory]
    [InlineData("queue_id", "queue_not_found")]
    [InlineData("help_topic_id", "help_topic_not_found")]
    [InlineData("assignee_id", "agent_not_found")]
    public async Task Refuses_ids_of_another_tenant_like_ids_of_nobody(string field, string code)
    {
        var (mine, theirs) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var queue = await theirs.QueueAsync("theirs");
        var id = field switch
        {
            "queue_id" => queue.Id,
            "help_topic_id" => (await theirs.TopicAsync("theirs")).Id,
            _ => (await theirs.AgentAsync("Theirs", queue.Id)).Id,
        };
        var client = await mine.ClientAsync();
        var ticket = await client.TicketAsync();

        foreach (var unknown in (long[])[id, 0, -1])
            (await client.UpdateAsync(ticket, new Dictionary<string, object> { [field] = unknown })).Refused(404, code);
        Assert.Equal(["ticket.created"], await app.EventsAsync(ticket));
    }

    [Fact]
    public async Task Refuses_inactive_queues_and_topics_and_agents_of_other_queues()
    {
        var tenant = await app.NewTenantAsync();
        var (gone, other) = (await tenant.QueueAsync("gone"), await tenant.QueueAsync("other"));
        var topic = await tenant.TopicAsync("old");
        var agent = await tenant.AgentAsync("Oscar", other.Id);
        await app.OwnerSqlAsync("update desk.queue set is_active = false where id = @Id", new { gone.Id });
        await app.OwnerSqlAsync("update desk.help_topic set is_active = false where id = @Id", new { topic.Id });
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();

        (await client.UpdateAsync(ticket, new { queue_id = gone.Id })).RefusedFields("queue_id");
        (await client.UpdateAsync(ticket, new { help_topic_id = topic.Id })).RefusedFields("help_topic_id");
        (await client.UpdateAsync(ticket, new { assignee_id = agent.Id })).RefusedFields("assignee_id");
        Assert.Equal(agent.Id, (await client.UpdateAsync(ticket, new { assignee_id = agent.Id, queue_id = other.Id })).Ok().Assignee());
    }

    [Fact]
    public async Task A_closed_ticket_stays_as_it_is()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync("closed");
        await Verify(await client.UpdateAsync(ticket, new { subject = "Too late" }));
        Assert.Equal("Lamp does not light", (await client.ReadAsync(ticket)).Text("subject"));
    }

    [Fact]
    public async Task One_fault_stops_the_whole_update()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.UpdateAsync(ticket, new { subject = "New", status = "open", queue_id = 5 })).Refused(404, "queue_not_found");
        var now = await client.ReadAsync(ticket);
        Assert.Equal(("Lamp does not light", "new"), (now.Text("subject"), now.Text("status")));
    }
}
