namespace Helpdesk.Tickets.Tests;

/// <summary>A walk over the routes: the client holds every answer, and every accepted body, against the published document.</summary>
public sealed class DocumentedAnswersTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task What_tickets_answer_is_documented()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        var agent = await tenant.AgentAsync("Grace Hopper", queue.Id);
        await tenant.TagAsync("refund");
        var canned = await tenant.CannedAsync("hello", "Hello {{requester.first_name}}");
        var client = await tenant.ClientAsync();

        var ticket = await client.TicketAsync("Invoice", new
        {
            requester = new { email = "ada@example.com", name = (string?)null },
            queue_id = queue.Id,
            priority = "high",
            assignee_id = agent.Id,
            tags = new[] { "refund" },
            source = "email",
            help_topic_id = (long?)null,
            custom_fields = new { },
        });
        var place = $"tickets/{ticket.GetProperty("id").GetInt64()}";
        (await client.PostAsync(place, new { subject = "Invoice 7", assignee_id = (long?)null, tags = Array.Empty<string>() })).Ok();
        (await client.PostAsync($"{place}/reply", new { body = "One", body_md = (string?)null, @internal = true, agent_id = agent.Id })).Created();
        (await client.PostAsync($"{place}/reply", new { canned_response_id = canned.Id, status = "pending" })).Created();
        (await client.PostAsync($"{place}/reply", new { body_md = "Thanks", @as = "requester" }, "again")).Created();
        (await client.PostAsync($"{place}/reply", new { body_md = "Thanks", @as = "requester" }, "again")).Created();
        (await client.PostAsync($"{place}/status", new { status = "closed", note = "Done" })).Ok();
        (await client.GetAsync(place)).Ok();
        (await client.GetAsync($"{place}/messages?include_system=false&limit=1")).Ok();
        (await client.GetAsync($"{place}/messages")).Ok();
        (await client.GetAsync("tickets?status=closed,open&priority=high&q=invoice&sort=-updated_at&limit=1")).Ok();
        (await client.GetAsync("queues?is_active=true")).Ok();
        (await client.GetAsync($"queues/{queue.Id}")).Ok();
        (await client.GetAsync($"agents?queue_id={queue.Id}")).Ok();
        (await client.GetAsync($"agents/{agent.Id}")).Ok();
    }

    [Fact]
    public async Task What_they_refuse_is_documented()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var place = $"tickets/{(await client.TicketAsync()).GetProperty("reference").GetString()}";
        (await client.PostAsync("tickets", new { subject = 7 })).Refused(422, "validation_failed");
        (await client.PostAsync("tickets", new { subject = "", tags = new[] { "x" } })).Refused(422, "validation_failed");
        (await client.PostAsync("tickets", new { subject = "a", body = "b", queue_id = 1 })).Refused(404, "queue_not_found");
        (await client.PostAsync("tickets", new { subject = "a", body = "b" }, "same")).Created();
        (await client.PostAsync("tickets", new { subject = "a", body = "c" }, "same")).Refused(422, "idempotency_key_reused");
        (await client.PostTextAsync("tickets", "[]")).Refused(400, "invalid_json");
        (await client.PostTextAsync("tickets", "{}", "text/plain")).Refused(415, "unsupported_media_type");
        (await client.PostTextAsync("tickets", $$"""{"subject":"{{new string('a', 1_100_000)}}"}""")).Refused(413, "payload_too_large");
        (await client.GetAsync("tickets/HD-999999")).Refused(404, "ticket_not_found");
        (await client.GetAsync("tickets?limit=x")).Refused(422, "validation_failed");
        (await client.GetAsync("tickets?cursor=cur_x")).Refused(400, "invalid_cursor");
        (await client.GetAsync("queues/x")).Refused(404, "queue_not_found");
        (await client.GetAsync("agents/1")).Refused(404, "agent_not_found");
        (await client.GetAsync("nowhere")).Refused(404, "not_found");
        (await client.On("nobody").GetAsync("tickets")).Refused(404, "tenant_not_found");
        (await client.PostAsync($"{place}/status", new { status = "closed" })).Ok();
        (await client.PostAsync($"{place}/reply", new { body = "More" })).Refused(409, "ticket_closed");
        var reader = await tenant.ClientAsync("helpdesk:read");
        (await reader.PostAsync($"{place}/status", new { status = "open" })).Refused(403, "insufficient_scope");
        var starter = await app.NewTenantAsync("starter");
        (await (await starter.ClientAsync()).GetAsync("tickets")).Refused(403, "plan_gated");
    }
}
