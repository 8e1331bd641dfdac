namespace Helpdesk.Tickets.Tests;

public sealed class ReplyInputTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("{}", "body")]
    [InlineData("""{"body":""}""", "body")]
    [InlineData("""{"body":null}""", "body")]
    [InlineData("""{"body":7}""", "body")]
    [InlineData("""{"body":"a\u0000"}""", "body")]
    [InlineData("""{"body":"x","internal":"yes"}""", "internal")]
    [InlineData("""{"body":"x","as":"customer"}""", "as")]
    [InlineData("""{"body":"x","as":"requester","internal":true}""", "internal")]
    [InlineData("""{"body":"x","as":"requester","agent_id":1}""", "agent_id")]
    [InlineData("""{"body":"x","agent_id":"1"}""", "agent_id")]
    [InlineData("""{"body":"x","canned_response_id":"1"}""", "canned_response_id")]
    [InlineData("""{"body":"x","status":"done"}""", "status")]
    public async Task Refuses_values_that_are_not_acceptable(string body, string fields)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.PostTextAsync($"tickets/{ticket.Id()}/reply", body)).RefusedFields(fields.Split(','));
        Assert.Equal(["ticket.created"], await app.EventsAsync(ticket));
    }

    [Theory]
    [InlineData("body")]
    [InlineData("body_md")]
    public async Task The_text_has_1_to_65535_characters(string field)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        foreach (var length in (int[])[1, 65_534, 65_535])
            (await client.ReplyAsync(ticket, new Dictionary<string, string> { [field] = new('ß', length) })).Created();
        foreach (var length in (int[])[0, 65_536])
            (await client.ReplyAsync(ticket, new Dictionary<string, string> { [field] = new('ß', length) })).RefusedFields("body");
    }

    [Fact]
    public async Task Refuses_agents_and_templates_that_are_not_there()
    {
        var (mine, theirs) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var agent = await theirs.AgentAsync("Theirs");
        var canned = await theirs.CannedAsync("theirs", "Hello");
        var client = await mine.ClientAsync();
        var ticket = await client.TicketAsync();

        foreach (var id in (long[])[agent.Id, 0, -5])
            (await client.ReplyAsync(ticket, new { body = "x", agent_id = id })).Refused(404, "agent_not_found");
        foreach (var id in (long[])[canned.Id, 0, -5])
            (await client.ReplyAsync(ticket, new { canned_response_id = id })).Refused(404, "canned_response_not_found");
        (await client.PostAsync("tickets/HD-000002/reply", new { body = "x" })).Refused(404, "ticket_not_found");
        Assert.Equal(1, (await client.ReadAsync(ticket)).GetProperty("message_count").GetInt32());
    }

    [Fact]
    public async Task Wants_the_scope_to_write()
    {
        var tenant = await app.NewTenantAsync();
        var ticket = await (await tenant.ClientAsync()).TicketAsync();
        (await (await tenant.ClientAsync("helpdesk:read", "helpdesk:admin")).ReplyAsync(ticket, new { body = "x" })).LacksScope("helpdesk:write");
    }
}
