namespace Helpdesk.Tickets.Tests;

public sealed class ReplyFromTemplateTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Fills_in_every_placeholder()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("repairs");
        var agent = await tenant.AgentAsync("Rita Repair", queue.Id);
        var canned = await tenant.CannedAsync("all", string.Join('\n',
            "{{requester.first_name}}", "{{requester.name}}", "{{requester.email}}", "{{ticket.reference}}", "{{ticket.subject}}",
            "{{ticket.status}}", "{{ticket.priority}}", "{{queue.name}}", "{{agent.name}}", "{{ tenant.name }}"));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync("Lamp & <shade>", new
        {
            queue_id = queue.Id,
            priority = "high",
            requester = new { email = "bea@example.com", name = "Bea van Beam" },
        });

        var text = (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id, agent_id = agent.Id })).Created().Text("body_md");
        Assert.Equal(
            ["Bea", "Bea van Beam", "bea@example.com", "HD-000001", "Lamp & <shade>", "new", "high", "Queue repairs", "Rita Repair", $"Tenant {tenant.Slug}"],
            text.Split('\n'));
    }

    [Theory]
    [InlineData("a {{nobody}} b", "a  b")]
    [InlineData("a {{ticket.colour}} b", "a  b")]
    [InlineData("a {{Ticket.Subject}} b", "a  b")]
    [InlineData("a {{ticket.field2}} b", "a  b")]
    [InlineData("a {{ticket-id}} b", "a  b")]
    [InlineData("a {ticket.subject} b", "a {ticket.subject} b")]
    [InlineData("a {{ticket.subject b", "a {{ticket.subject b")]
    [InlineData("a {{}} b", "a {{}} b")]
    [InlineData("{{ticket.subject}}{{ticket.subject}}", "Lamp does not lightLamp does not light")]
    [InlineData("no placeholder", "no placeholder")]
    public async Task Unknown_names_become_nothing_and_other_braces_stay(string template, string text)
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("greeting", template);
        var client = await tenant.ClientAsync();
        Assert.Equal(text, (await client.ReplyAsync(await client.TicketAsync(), new { canned_response_id = canned.Id })).Created().Text("body_md"));
    }

    [Fact]
    public async Task What_is_filled_in_is_not_filled_in_again()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("subject", "{{ticket.subject}}");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync("{{requester.email}}");
        var text = (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id, body = "{{tenant.name}}" })).Created().Text("body_md");
        Assert.Equal("{{requester.email}}\n\n{{tenant.name}}", text);
    }

    [Fact]
    public async Task The_assignee_signs_when_no_agent_writes()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("repairs");
        var agent = await tenant.AgentAsync("Rita Repair", queue.Id);
        var canned = await tenant.CannedAsync("signed", "[{{agent.name}}]");
        var client = await tenant.ClientAsync();

        var assigned = await client.TicketAsync(more: new { queue_id = queue.Id, assignee_id = agent.Id });
        Assert.Equal("[Rita Repair]", (await client.ReplyAsync(assigned, new { canned_response_id = canned.Id })).Created().Text("body_md"));
        var unassigned = await client.TicketAsync();
        Assert.Equal("[]", (await client.ReplyAsync(unassigned, new { canned_response_id = canned.Id })).Created().Text("body_md"));
    }

    [Fact]
    public async Task Counts_each_use_and_no_refusal()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("greeting", "Hello {{requester.first_name}}");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id })).Created()));
        (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id, @internal = true })).Created();
        (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id, agent_id = 1 })).Refused(404, "agent_not_found");
        (await client.MoveAsync(ticket, "closed")).Ok();
        (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id })).Refused(409, "ticket_closed");

        Assert.Equal([6], await app.OwnerQueryAsync<long>("select use_count::bigint from canned.response where id = @Id", new { canned.Id }));
    }

    [Fact]
    public async Task Template_and_text_together_keep_the_limit()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("long", new string('c', 60_000));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();

        var longest = new string('b', 65_535 - 60_000 - 2);
        Assert.Equal(65_535, (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id, body = longest })).Created().Text("body_md").Length);
        (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id, body = longest + "b" })).RefusedFields("body");
    }
}
