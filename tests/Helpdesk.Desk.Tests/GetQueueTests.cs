namespace Helpdesk.Desk.Tests;

public sealed class GetQueueTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Shows_one_queue()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        await tenant.AgentAsync("Ada Okafor", queue.Id);
        await Verify(await (await tenant.ClientAsync()).GetAsync($"queues/{queue.Id}"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("billing")]
    [InlineData("99999999999999999999")]
    public async Task Says_that_there_is_none(string id) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("queues/" + id)).Refused(404, "queue_not_found");

    [Fact]
    public async Task Does_not_find_another_tenants_queue()
    {
        var theirs = await (await app.NewTenantAsync()).QueueAsync("billing");
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync($"queues/{theirs.Id}")).Refused(404, "queue_not_found");
    }

    [Fact]
    public async Task Counts_tickets_that_are_neither_resolved_nor_closed()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        var client = await tenant.ClientAsync();
        foreach (var (status, expected) in ((string, int)[])[("new", 1), ("open", 2), ("pending", 3), ("on_hold", 4), ("resolved", 4), ("closed", 4)])
        {
            var ticket = await client.TicketAsync(more: new { queue_id = queue.Id });
            (await client.PostAsync($"tickets/{ticket.GetProperty("id")}/status", new { status })).Ok();
            Assert.Equal(expected, (await client.GetAsync($"queues/{queue.Id}")).Ok().GetProperty("open_ticket_count").GetInt32());
        }
    }

    [Fact]
    public async Task Takes_no_writes()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        var reply = (await (await tenant.ClientAsync()).PostAsync($"queues/{queue.Id}", new { name = "x" })).Refused(405, "method_not_allowed");
        Assert.Contains("GET", reply.Headers["Allow"]);
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write()
    {
        var reply = await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write", "helpdesk:admin")).GetAsync("queues/1");
        var error = reply.Refused(403, "insufficient_scope").Json.GetProperty("error");
        Assert.Equal("helpdesk:read", error.GetProperty("required_scope").GetString());
        Assert.Equal("helpdesk:read", error.GetProperty("extra").GetProperty("required_scope").GetString());
    }
}
