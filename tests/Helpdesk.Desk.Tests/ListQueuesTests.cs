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

    [Fact]
    public async Task Tells_queues_that_take_tickets_from_those_that_do_not()
    {
        var tenant = await app.NewTenantAsync();
        var gone = await tenant.QueueAsync("gone");
        await tenant.QueueAsync("busy");
        await app.OwnerSqlAsync("update desk.queue set is_active = false where id = @Id", new { gone.Id });
        var client = await tenant.ClientAsync();

        Assert.Equal(["support", "gone", "busy"], await SlugsAsync(client, ""));
        Assert.Equal(["support", "busy"], await SlugsAsync(client, "?is_active=true"));
        Assert.Equal(["gone"], await SlugsAsync(client, "?is_active=false"));
    }

    [Fact]
    public async Task Queues_of_the_same_place_come_by_id_and_pages_hold_while_others_are_added()
    {
        var tenant = await app.NewTenantAsync();
        for (var i = 0; i < 5; i++)
            await tenant.QueueAsync($"q{i}", sortOrder: 20);
        var client = await tenant.ClientAsync();
        var (slugs, cursor, turn) = (new List<string>(), (string?)null, 0);
        do
        {
            var page = (await client.GetAsync($"queues?limit=2&cursor={cursor}")).Expect(200);
            slugs.AddRange(page.Data.EnumerateArray().Select(queue => queue.GetProperty("slug").GetString()!));
            cursor = page.NextCursor;
            // One goes before everything that was seen; nothing may come twice because of it.
            if (turn++ < 2)
                await tenant.QueueAsync($"early{turn}", sortOrder: 1);
        }
        while (cursor is not null);
        Assert.Equal(["support", "q0", "q1", "q2", "q3", "q4"], slugs);
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-7", 1)]
    [InlineData("2", 2)]
    [InlineData("101", 3)]
    public async Task The_limit_is_brought_into_its_range(string limit, int count)
    {
        var tenant = await app.NewTenantAsync();
        await tenant.QueueAsync("one");
        await tenant.QueueAsync("two");
        Assert.Equal(count, (await (await tenant.ClientAsync()).GetAsync("queues?limit=" + limit)).Ok().GetArrayLength());
    }

    [Fact]
    public async Task Refuses_a_limit_that_is_no_integer() =>
        Assert.NotEmpty((await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("queues?limit=ten")).Refused(422, "validation_failed").Field("limit"));

    [Fact]
    public async Task A_cursor_works_only_in_its_own_list()
    {
        var (mine, theirs) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        await mine.QueueAsync("one");
        await mine.AgentAsync("Ann");
        await mine.AgentAsync("Bob");
        var (client, stranger) = (await mine.ClientAsync(), await theirs.ClientAsync());
        var cursor = (await client.GetAsync("queues?limit=1")).Expect(200).NextCursor;
        (await client.GetAsync($"queues?cursor={cursor}")).Ok();
        (await client.GetAsync($"queues?is_active=true&cursor={cursor}")).Refused(400, "invalid_cursor");
        (await client.GetAsync($"agents?cursor={cursor}")).Refused(400, "invalid_cursor");
        (await client.GetAsync($"tickets?cursor={cursor}")).Refused(400, "invalid_cursor");
        (await stranger.GetAsync($"queues?cursor={cursor}")).Refused(400, "invalid_cursor");
    }

    [Fact]
    public async Task Shows_only_the_callers_own()
    {
        await (await app.NewTenantAsync()).QueueAsync("theirs");
        Assert.Equal(["support"], await SlugsAsync(await (await app.NewTenantAsync()).ClientAsync(), ""));
    }

    private static async Task<string[]> SlugsAsync(ApiClient client, string query) =>
        [.. (await client.GetAsync("queues" + query)).Ok().EnumerateArray().Select(queue => queue.GetProperty("slug").GetString()!)];
}
