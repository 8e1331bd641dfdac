namespace Helpdesk.__Module__.Tests;

public sealed class __Slice__Tests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_the_newest_first_page_by_page()
    {
        var tenant = await app.NewTenantAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await tenant.Add__Noun__Async(name);
        var client = await tenant.ClientAsync();
        var first = (await client.GetAsync("__route__?limit=2")).Expect(200);
        var rest = (await client.GetAsync($"__route__?limit=2&cursor={first.NextCursor}")).Expect(200);
        Assert.Equal((3, 3), (first.Json.GetProperty("total_count").GetInt32(), rest.Json.GetProperty("total_count").GetInt32()));
        Assert.Equal(["c", "b", "a"], first.Data.EnumerateArray().Concat(rest.Data.EnumerateArray())
            .Select(row => row.GetProperty("name").GetString()));
        Assert.Null(rest.NextCursor);
    }

    [Fact]
    public async Task Shows_nothing_of_another_tenant()
    {
        await (await app.NewTenantAsync()).Add__Noun__Async("theirs");
        var reply = (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("__route__")).Expect(200);
        Assert.Equal((0, 0), (reply.Data.GetArrayLength(), reply.Json.GetProperty("total_count").GetInt32()));
    }

    [Fact]
    public async Task Refuses_a_cursor_of_another_list() =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("__route__?cursor=cur_AAAA")).Refused(400, "invalid_cursor");

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("__route__"))
            .Refused(403, "insufficient_scope");
}
