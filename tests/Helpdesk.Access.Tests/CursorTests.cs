using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Access.Tests;

public sealed class CursorTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task A_cursor_that_was_cut_short_or_altered_is_refused()
    {
        var client = await WithTicketsAsync(await app.NewTenantAsync(), 3);
        var cursor = (await client.GetAsync("tickets?limit=1")).NextCursor!;
        (await client.GetAsync($"tickets?cursor={cursor}")).Ok();

        for (var length = 0; length < cursor.Length; length++)
            await RefusedAsync(client, "tickets", length == 0 ? "%20" : cursor[..length]);
        for (var at = 0; at < cursor.Length; at++)
        {
            foreach (var replacement in new[] { cursor[at] == 'A' ? 'B' : 'A', cursor[at] == '_' ? '-' : '_' })
                await RefusedAsync(client, "tickets", $"{cursor[..at]}{replacement}{cursor[(at + 1)..]}");
        }

        foreach (var addition in new[] { "A", "AAAA", "=", "%3D%3D", "%20", "%0A" })
            await RefusedAsync(client, "tickets", cursor + addition);
    }

    [Theory]
    [InlineData("cur_")]
    [InlineData("cur_AAAA")]
    [InlineData("cur_%00")]
    [InlineData("cur_%C3%A9")]
    [InlineData("CUR_AAAA")]
    [InlineData("0")]
    [InlineData("'%20or%20true")]
    public async Task What_never_was_a_cursor_is_refused_by_every_list(string cursor)
    {
        var client = await WithTicketsAsync(await app.NewTenantAsync(), 1);
        foreach (var list in new[] { "tickets", "queues", "agents", "tickets/HD-000001/messages" })
            Assert.Contains((await client.GetAsync($"{list}?cursor={cursor}")).SaysNothingOfTheInside().Status, new[] { 400, 422 });
    }

    /// <summary>The seal is no secret, so a cursor may hold anything.</summary>
    [Fact]
    public async Task A_cursor_that_somebody_wrote_and_sealed_is_no_fault_of_the_server()
    {
        var tenant = await app.NewTenantAsync();
        var client = await WithTicketsAsync(tenant, 1);
        await tenant.AgentAsync("Ann");
        await tenant.TopicAsync("delivery");
        await tenant.TagAsync("refund");
        await tenant.CannedAsync("hello", "Hello.");
        foreach (var (path, list) in new[]
        {
            ("queues", $"queues {tenant.Id} "), ("agents", $"agents {tenant.Id}  "), ("help-topics", $"help topics {tenant.Id}"),
            ("tags", $"tags {tenant.Id} "),
        })
        {
            (await client.GetAsync($"{path}?cursor={Cursor.Encode(list, "1", "1")}")).Ok();
            foreach (var key in new[] { "", "x", "1.5", "99999999999999999999", "\0" })
                await RefusedAsync(client, path, Cursor.Encode(list, key, key));
        }
    }

    [Fact]
    public async Task A_very_long_cursor_is_refused()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await RefusedAsync(client, "tickets", "cur_" + new string('A', 6000));
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        var tenant = await app.NewTenantAsync();
        var client = await WithTicketsAsync(tenant, 2);
        await tenant.QueueAsync("billing");
        await client.PostAsync("tickets/HD-000001/reply", new { body = "x" });
        await client.PostAsync("tickets/HD-000002/reply", new { body = "x" });
        var tickets = (await client.GetAsync("tickets?limit=1")).NextCursor!;
        var queues = (await client.GetAsync("queues?limit=1")).NextCursor!;
        var messages = (await client.GetAsync("tickets/HD-000001/messages?limit=1")).NextCursor!;

        await RefusedAsync(client, "tickets", queues);
        await RefusedAsync(client, "queues", tickets);
        await RefusedAsync(client, "tickets/HD-000001/messages", tickets);
        await RefusedAsync(client, "tickets/HD-000002/messages", messages);
    }

    [Fact]
    public async Task A_cursor_with_other_filters_or_another_order_is_refused()
    {
        var client = await WithTicketsAsync(await app.NewTenantAsync(), 3);
        var cursor = (await client.GetAsync("tickets?limit=1")).NextCursor!;
        foreach (var query in new[] { "status=new", "priority=normal", "sort=id", "sort=-updated_at", "tag=x", "q=ticket", "created_since=2025-01-01" })
            await RefusedAsync(client, $"tickets?{query}", cursor);
        (await client.GetAsync($"tickets?limit=100&cursor={cursor}")).Ok();

        var filtered = (await client.GetAsync("tickets?limit=1&status=new")).NextCursor!;
        await RefusedAsync(client, "tickets", filtered);
        await RefusedAsync(client, "tickets?status=new,open", filtered);
    }

    [Fact]
    public async Task A_cursor_of_another_tenant_or_of_the_other_environment_is_refused()
    {
        var (mine, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var client = await WithTicketsAsync(mine, 2);
        var cursor = (await client.GetAsync("tickets?limit=1")).NextCursor!;
        await RefusedAsync(await WithTicketsAsync(other, 2), "tickets", cursor);
        await RefusedAsync(await mine.ClientAsync(key => key with { Environment = "test" }), "tickets", cursor);
        (await (await mine.ClientAsync()).GetAsync($"tickets?cursor={cursor}")).Ok();
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    [InlineData("1", 1)]
    [InlineData("99999999999999999999", 3)]
    public async Task A_limit_outside_the_range_is_brought_into_it(string limit, int rows)
    {
        var client = await WithTicketsAsync(await app.NewTenantAsync(), 3);
        Assert.Equal(rows, (await client.GetAsync($"tickets?limit={limit}")).Ok().GetArrayLength());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1.5")]
    [InlineData("1e1")]
    [InlineData("0x10")]
    [InlineData("-")]
    [InlineData("%D9%A3")]
    [InlineData("5&limit=6")]
    public async Task A_limit_that_is_no_integer_is_refused(string limit)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var list in new[] { "tickets", "queues", "agents" })
            Assert.NotEmpty((await client.GetAsync($"{list}?limit={limit}")).Refused(422, "validation_failed").Field("limit"));
    }

    private static async Task<ApiClient> WithTicketsAsync(TestTenant tenant, int count)
    {
        var client = await tenant.ClientAsync();
        for (var i = 0; i < count; i++)
            await client.TicketAsync($"Ticket {i}");
        return client;
    }

    private static async Task RefusedAsync(ApiClient client, string list, string cursor)
    {
        var reply = await client.GetAsync($"{list}{(list.Contains('?') ? '&' : '?')}cursor={cursor}");
        Assert.True(reply.Status == 400, $"{reply.Status} for {cursor}");
        reply.Refused(400, "invalid_cursor").SaysNothingOfTheInside();
    }
}
