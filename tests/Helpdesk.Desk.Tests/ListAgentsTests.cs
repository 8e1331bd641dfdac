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

    [Fact]
    public async Task Tells_agents_who_take_tickets_from_those_who_do_not()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        await tenant.AgentAsync("Ann", queue.Id);
        var bob = await tenant.AgentAsync("Bob", queue.Id);
        await tenant.AgentAsync("Cid");
        await app.OwnerSqlAsync("update desk.agent set is_active = false where id = @Id", new { bob.Id });
        var client = await tenant.ClientAsync();

        Assert.Equal(["Ann", "Bob", "Cid"], await NamesAsync(client, ""));
        Assert.Equal(["Ann", "Cid"], await NamesAsync(client, "?is_active=true"));
        Assert.Equal(["Bob"], await NamesAsync(client, "?is_active=false"));
        Assert.Equal(["Ann"], await NamesAsync(client, $"?is_active=1&queue_id={queue.Id}"));
        Assert.Equal(1, (await client.GetAsync($"agents?is_active=0&queue_id={queue.Id}")).Expect(200).Json.GetProperty("total_count").GetInt32());
        (await client.GetAsync("agents?is_active=perhaps")).Refused(422, "validation_failed");
    }

    [Fact]
    public async Task Pages_hold_while_others_are_added()
    {
        var tenant = await app.NewTenantAsync();
        foreach (var name in (string[])["Émile", "anna", "Bea", "Zoe", "Bea"])
            await tenant.AgentAsync(name);
        var client = await tenant.ClientAsync();
        var before = await NamesAsync(client, "");
        var (names, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = (await client.GetAsync($"agents?limit=2&cursor={cursor}")).Expect(200);
            names.AddRange(page.Data.EnumerateArray().Select(agent => agent.GetProperty("name").GetString()!));
            cursor = page.NextCursor;
            if (names.Count < 4)
                await tenant.AgentAsync("Aaron");
        }
        while (cursor is not null);
        Assert.Equal(before, names);
    }

    [Fact]
    public async Task Shows_only_the_callers_own()
    {
        var (mine, theirs) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var queue = await theirs.QueueAsync("theirs");
        await theirs.AgentAsync("Their Agent", queue.Id);
        var client = await mine.ClientAsync();
        Assert.Empty(await NamesAsync(client, ""));
        Assert.Empty(await NamesAsync(client, $"?queue_id={queue.Id}"));
        Assert.Equal(["Their Agent"], await NamesAsync(await theirs.ClientAsync(), $"?queue_id={queue.Id}"));
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write", "helpdesk:admin")).GetAsync("agents")).Refused(403, "insufficient_scope");

    private static async Task<string[]> NamesAsync(ApiClient client, string query) =>
        [.. (await client.GetAsync("agents" + query)).Ok().EnumerateArray().Select(agent => agent.GetProperty("name").GetString()!)];
}
