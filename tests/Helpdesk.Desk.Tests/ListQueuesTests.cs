using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk.Tests;

public sealed class ListQueuesTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Starts_with_one_default_queue()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync("helpdesk:read");
        await Verify(await client.GetAsync("queues"));
    }

    [Fact]
    public async Task Orders_by_sort_order_and_pages_through_all()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.QueueAsync("last", sortOrder: 90);
        await tenant.QueueAsync("first", AssignmentPolicy.FewestOpen, sortOrder: 5);
        await tenant.QueueAsync("middle", sortOrder: 50);
        var client = await tenant.ClientAsync();
        var slugs = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await client.GetAsync($"queues?limit=1{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            Assert.Equal(4, page.Json.GetProperty("total_count").GetInt64());
            slugs.Add(page.Data[0].GetProperty("slug").GetString()!);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(["first", "support", "middle", "last"], slugs);
    }

    [Fact]
    public async Task Counts_open_tickets_of_the_callers_environment()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var test = await tenant.ClientAsync(key => key with { Environment = "test" });
        await client.TicketAsync();
        var done = await client.TicketAsync();
        (await client.PostAsync($"tickets/{done.GetProperty("id")}/status", new { status = "resolved" })).Expect(200);
        Assert.Equal(1, (await client.GetAsync("queues")).Data[0].GetProperty("open_ticket_count").GetInt64());
        Assert.Equal(0, (await test.GetAsync("queues")).Data[0].GetProperty("open_ticket_count").GetInt64());
    }

    [Fact]
    public async Task Filters_by_activity()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        Assert.Equal(1, (await client.GetAsync("queues?is_active=true")).Data.GetArrayLength());
        Assert.Equal(0, (await client.GetAsync("queues?is_active=false")).Data.GetArrayLength());
        (await client.GetAsync("queues?is_active=perhaps")).Refused(422, "validation_failed");
    }

    [Theory]
    [InlineData("cur_AAAA")]
    [InlineData("nonsense")]
    public async Task Refuses_a_cursor_that_it_did_not_give(string cursor) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("queues?cursor=" + cursor)).Refused(400, "invalid_cursor");

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("queues")).Refused(403, "insufficient_scope");
}
