namespace Helpdesk.Desk.Tests;

public sealed class ListAgentsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Orders_by_name_and_counts_open_tickets()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        await tenant.AgentAsync("Zoe Zimmer", queue.Id);
        var ada = await tenant.AgentAsync("Ada Okafor", queue.Id);
        var client = await tenant.ClientAsync();
        await client.TicketAsync(more: new { queue_id = queue.Id, assignee_id = ada.Id });
        await Verify(await client.GetAsync("agents"));
    }

    [Fact]
    public async Task Filters_by_queue()
    {
        var tenant = await app.NewTenantAsync();
        var (billing, shipping) = (await tenant.QueueAsync("billing"), await tenant.QueueAsync("shipping"));
        await tenant.AgentAsync("Ada Okafor", billing.Id, shipping.Id);
        await tenant.AgentAsync("Ben Lindqvist", billing.Id);
        var client = await tenant.ClientAsync();
        Assert.Equal(2, (await client.GetAsync($"agents?queue_id={billing.Id}")).Data.GetArrayLength());
        Assert.Equal(1, (await client.GetAsync($"agents?queue_id={shipping.Id}&is_active=true")).Data.GetArrayLength());
        Assert.Equal(0, (await client.GetAsync("agents?queue_id=7")).Data.GetArrayLength());
        (await client.GetAsync("agents?queue_id=seven")).Refused(422, "validation_failed");
    }

    [Fact]
    public async Task Pages_through_agents_of_the_same_name()
    {
        var tenant = await app.NewTenantAsync();
        var made = new List<long>();
        for (var i = 0; i < 3; i++)
            made.Add((await tenant.AgentAsync("Sam Same")).Id);
        var client = await tenant.ClientAsync();
        var seen = new List<long>();
        for (string? cursor = null; seen.Count == 0 || cursor is not null;)
        {
            var page = (await client.GetAsync($"agents?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            seen.AddRange(page.Data.EnumerateArray().Select(agent => agent.GetProperty("id").GetInt64()));
            cursor = page.NextCursor;
        }

        Assert.Equal(made, seen);
    }

    [Fact]
    public async Task Refuses_a_cursor_of_other_filters()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.AgentAsync("Ada Okafor");
        await tenant.AgentAsync("Ben Lindqvist");
        var client = await tenant.ClientAsync();
        var cursor = (await client.GetAsync("agents?limit=1")).NextCursor;
        (await client.GetAsync($"agents?is_active=true&cursor={cursor}")).Refused(400, "invalid_cursor");
    }
}
