using System.Text.Json;

namespace Helpdesk.Tickets.Tests;

public sealed class ListTicketsPagingTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const int Count = 23;

    [Theory]
    [InlineData("-id", 1)]
    [InlineData("-id", 5)]
    [InlineData("id", 4)]
    [InlineData("-updated_at", 1)]
    [InlineData("-updated_at", 5)]
    [InlineData("updated_at", 4)]
    [InlineData("-priority", 1)]
    [InlineData("-priority", 5)]
    public async Task Pages_through_a_list_that_stays_in_its_order(string sort, int limit)
    {
        var client = await ClientWithTicketsAsync();
        var seen = await PagesAsync(client, $"sort={sort}", limit, () => Task.CompletedTask);
        Assert.Equal(Count, seen.Count);
        Assert.Equal(Sorted(await client.AllAsync(), sort), seen);
        Assert.Equal((await client.AllAsync($"sort={sort}")).Select(ticket => ticket.Id()), seen);
    }

    [Theory]
    [InlineData("-id")]
    [InlineData("id")]
    [InlineData("-updated_at")]
    [InlineData("updated_at")]
    [InlineData("-priority")]
    public async Task Tickets_that_come_in_or_change_meanwhile_shift_nothing(string sort)
    {
        var client = await ClientWithTicketsAsync();
        var before = await client.AllAsync($"sort={sort}");
        var (turn, touched) = (0, new HashSet<long>());
        var seen = await PagesAsync(client, $"sort={sort}", 4, async () =>
        {
            turn++;
            await client.TicketAsync("Meanwhile", new { priority = turn % 2 == 0 ? "urgent" : "low" });
            // Every fifth changes; where the order is by change, such a ticket moves, so only the others are held to their place.
            var ticket = before[turn * 5 % Count];
            touched.Add(ticket.Id());
            (await client.UpdateAsync(ticket, new { subject = $"Changed {turn}" })).Ok();
        });

        var isByChange = sort.EndsWith("updated_at");
        var held = before.Select(ticket => ticket.Id()).Where(id => !isByChange || !touched.Contains(id)).ToList();
        Assert.Equal(held, seen.Where(held.Contains));
        if (sort != "updated_at")
            Assert.Equal(seen.Distinct(), seen);
    }

    [Theory]
    [InlineData("-updated_at", true)]
    [InlineData("updated_at", false)]
    public async Task Tickets_of_the_same_moment_are_told_apart_by_id(string sort, bool isDescending)
    {
        var tenant = await app.NewTenantAsync();
        var client = await ClientWithTicketsAsync(tenant);
        await app.OwnerSqlAsync("""
            update tickets.ticket set version = version + 1, updated_at = '2026-01-01T10:00:00.123456Z' where tenant_id = @Id;
            update tickets.recency set updated_at = '2026-01-01T10:00:00.123456Z' where tenant_id = @Id
            """, new { tenant.Id });
        var ids = (await client.ListedAsync("sort=id")).ToList();
        if (isDescending)
            ids.Reverse();
        Assert.Equal(ids, await PagesAsync(client, $"sort={sort}", 3, () => Task.CompletedTask));
    }

    [Theory]
    [InlineData("status=new")]
    [InlineData("priority=low,high")]
    [InlineData("assignee_id=none&sort=updated_at")]
    [InlineData("q=lamp")]
    [InlineData("q=lamp&sort=-priority")]
    [InlineData("requester_email=page@example.com&sort=id")]
    [InlineData("created_since=2026-01-01")]
    public async Task Pages_through_filtered_lists(string query)
    {
        var client = await ClientWithTicketsAsync();
        var all = await client.ListedAsync(query);
        Assert.True(all.Length > 5);
        Assert.Equal(all, await PagesAsync(client, query, 2, () => Task.CompletedTask));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-1", 1)]
    [InlineData("-99999999999999", 1)]
    [InlineData("2", 2)]
    [InlineData("100", Count)]
    [InlineData("1000", Count)]
    [InlineData("", Count)]
    public async Task The_limit_is_brought_into_its_range(string limit, int count)
    {
        var client = await ClientWithTicketsAsync();
        var reply = (await client.GetAsync($"tickets?limit={limit}")).Expect(200);
        Assert.Equal(count, reply.Data.GetArrayLength());
        Assert.Equal(Count, reply.Json.GetProperty("total_count").GetInt32());
        Assert.Equal(count < Count, reply.Json.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task A_cursor_works_only_in_its_own_list()
    {
        var tenant = await app.NewTenantAsync();
        var client = await ClientWithTicketsAsync(tenant);
        var cursor = (await client.GetAsync("tickets?limit=3&status=new")).Expect(200).NextCursor!;
        Assert.StartsWith("cur_", cursor);

        (await client.GetAsync($"tickets?limit=5&status=new&cursor={cursor}")).Ok();
        (await (await tenant.ClientAsync()).GetAsync($"tickets?status=new&cursor={cursor}")).Ok();
        await Verify(await client.GetAsync($"tickets?cursor={cursor}"));
        foreach (var query in (string[])["status=open", "status=new,open", "status=new&sort=id", "status=new&q=lamp", "status=new&tag=x"])
            (await client.GetAsync($"tickets?{query}&cursor={cursor}")).Refused(400, "invalid_cursor");

        var stranger = await ClientWithTicketsAsync();
        (await stranger.GetAsync($"tickets?status=new&cursor={cursor}")).Refused(400, "invalid_cursor");
        var test = await tenant.ClientAsync(key => key with { Environment = "test" });
        (await test.GetAsync($"tickets?status=new&cursor={cursor}")).Refused(400, "invalid_cursor");
    }

    [Fact]
    public async Task A_cursor_cannot_be_made_up_or_altered()
    {
        var client = await ClientWithTicketsAsync();
        var cursor = (await client.GetAsync("tickets?limit=3")).Expect(200).NextCursor!;
        for (var at = 0; at < cursor.Length; at++)
        {
            var altered = cursor[..at] + (cursor[at] == 'A' ? 'B' : 'A') + cursor[(at + 1)..];
            (await client.GetAsync($"tickets?cursor={altered}")).Refused(400, "invalid_cursor");
            if (at > 0)
                (await client.GetAsync($"tickets?cursor={cursor[..at]}")).Refused(400, "invalid_cursor");
        }

        foreach (var made in (string[])["x", "cur_", "cur_AAAA", "cur_%F0%9F%99%82", "cur_" + new string('A', 4000)])
            (await client.GetAsync($"tickets?cursor={made}")).Refused(400, "invalid_cursor");
    }

    private static async Task<List<long>> PagesAsync(ApiClient client, string query, int limit, Func<Task> between)
    {
        var seen = new List<long>();
        for (string? cursor = null; ;)
        {
            var page = (await client.GetAsync($"tickets?{query}&limit={limit}&cursor={cursor}")).Expect(200);
            seen.AddRange(page.Data.EnumerateArray().Select(ticket => ticket.Id()));
            Assert.Equal(page.NextCursor is not null, page.Json.GetProperty("has_more").GetBoolean());
            Assert.True(seen.Count < 10 * Count, "The list has no end.");
            if ((cursor = page.NextCursor) is null)
                return seen;
            Assert.Equal(limit, page.Data.GetArrayLength());
            await between();
        }
    }

    private static IEnumerable<long> Sorted(IEnumerable<JsonElement> tickets, string sort)
    {
        string[] priorities = ["urgent", "high", "normal", "low"];
        return (sort switch
        {
            "-id" or "-updated_at" => tickets.OrderByDescending(ticket => ticket.Id()),
            "id" or "updated_at" => tickets.OrderBy(ticket => ticket.Id()),
            _ => tickets.OrderBy(ticket => Array.IndexOf(priorities, ticket.Text("priority"))).ThenByDescending(ticket => ticket.Id()),
        }).Select(ticket => ticket.Id());
    }

    private async Task<ApiClient> ClientWithTicketsAsync(TestTenant? tenant = null)
    {
        var client = await (tenant ?? await app.NewTenantAsync()).ClientAsync();
        for (var number = 0; number < Count; number++)
        {
            var priority = (string[])["low", "normal", "urgent", "high", "low"];
            await client.TicketAsync($"Lamp {number}", new { priority = priority[number % 5], requester = new { email = "page@example.com" } });
        }

        return client;
    }
}
