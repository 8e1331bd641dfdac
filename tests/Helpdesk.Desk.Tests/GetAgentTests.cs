namespace Helpdesk.Desk.Tests;

public sealed class GetAgentTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Shows_one_agent()
    {
        var tenant = await app.NewTenantAsync();
        var agent = await tenant.AgentAsync("Ada Okafor");
        await Verify(await (await tenant.ClientAsync()).GetAsync($"agents/{agent.Id}"));
    }

    [Fact]
    public async Task Does_not_find_another_tenants_agent()
    {
        var theirs = await (await app.NewTenantAsync()).AgentAsync("Ada Okafor");
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync($"agents/{theirs.Id}")).Refused(404, "agent_not_found");
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("agents/1")).Refused(403, "insufficient_scope");

    [Theory]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("ada")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    public async Task Says_that_there_is_none(string id) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("agents/" + id)).Refused(404, "agent_not_found");

    [Fact]
    public async Task Shows_agents_who_take_no_tickets_too()
    {
        var tenant = await app.NewTenantAsync();
        var agent = await tenant.AgentAsync("Gone Away");
        await app.OwnerSqlAsync("update desk.agent set is_active = false where id = @Id", new { agent.Id });
        Assert.False((await (await tenant.ClientAsync()).GetAsync($"agents/{agent.Id}")).Ok().GetProperty("is_active").GetBoolean());
    }

    [Fact]
    public async Task Counts_follow_the_ticket_from_hand_to_hand()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        var (ann, bob) = (await tenant.AgentAsync("Ann", queue.Id), await tenant.AgentAsync("Bob", queue.Id));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { queue_id = queue.Id, assignee_id = ann.Id });
        Assert.Equal((1, 0), await OpenAsync());
        (await client.PostAsync($"tickets/{ticket.GetProperty("id")}", new { assignee_id = bob.Id })).Ok();
        Assert.Equal((0, 1), await OpenAsync());
        (await client.PostAsync($"tickets/{ticket.GetProperty("id")}", new { status = "resolved" })).Ok();
        Assert.Equal((0, 0), await OpenAsync());
        (await client.PostAsync($"tickets/{ticket.GetProperty("id")}/reply", new { body = "x", @as = "requester" })).Created();
        Assert.Equal((0, 1), await OpenAsync());
        (await client.PostAsync($"tickets/{ticket.GetProperty("id")}", new { assignee_id = (long?)null })).Ok();
        Assert.Equal((0, 0), await OpenAsync());

        async Task<(int, int)> OpenAsync() => (await CountAsync(ann.Id), await CountAsync(bob.Id));
        async Task<int> CountAsync(long id) => (await client.GetAsync($"agents/{id}")).Ok().GetProperty("open_ticket_count").GetInt32();
    }
}
