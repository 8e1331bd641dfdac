namespace Helpdesk.Webhooks.Tests;

public sealed class ListWebhooksTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_the_newest_first_page_by_page()
    {
        var (_, client) = await app.HookedAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await client.WebhookAsync($"https://hooks.example.com/{name}", "ticket.created");
        var first = (await client.GetAsync($"{Hooking.Path}?limit=2")).Expect(200);
        var rest = (await client.GetAsync($"{Hooking.Path}?limit=2&cursor={first.NextCursor}")).Expect(200);
        await Verify(first.Data);
        Assert.Equal(["https://hooks.example.com/a"], rest.Data.EnumerateArray().Select(row => row.Text("url")));
        Assert.Equal((3, 3), (first.Json.GetProperty("total_count").GetInt32(), rest.Json.GetProperty("total_count").GetInt32()));
        Assert.Null(rest.NextCursor);
    }

    [Fact]
    public async Task The_environments_do_not_see_each_other()
    {
        var (tenant, client) = await app.HookedAsync();
        var test = await tenant.TestClientAsync();
        var (live, own) = (await client.WebhookAsync("https://hooks.example.com/live"), await test.WebhookAsync("https://hooks.example.com/test"));
        Assert.Equal([live.Id()], (await client.GetAsync(Hooking.Path)).Ok().EnumerateArray().Select(row => row.Id()));
        Assert.Equal([own.Id()], (await test.GetAsync(Hooking.Path)).Ok().EnumerateArray().Select(row => row.Id()));
        foreach (var path in new[] { "", "/rotate", "/test", "/delete" })
            (await client.PostAsync($"{Hooking.Path}/{own.Id()}{path}", new { })).Refused(404, "webhook_not_found");
        (await client.GetAsync($"{Hooking.Path}/{own.Id()}")).Refused(404, "webhook_not_found");
        (await client.GetAsync($"{Hooking.Path}/{own.Id()}/deliveries")).Refused(404, "webhook_not_found");
    }

    [Fact]
    public async Task Shows_nothing_of_another_tenant_and_takes_none_of_its_cursors()
    {
        var (_, client) = await app.HookedAsync();
        await client.WebhookAsync("https://hooks.example.com/a");
        await client.WebhookAsync("https://hooks.example.com/b");
        var cursor = (await client.GetAsync($"{Hooking.Path}?limit=1")).NextCursor;
        var (other, stranger) = await app.HookedAsync();
        Assert.Empty((await stranger.GetAsync(Hooking.Path)).Ok().EnumerateArray());
        (await stranger.GetAsync($"{Hooking.Path}?cursor={cursor}")).Refused(400, "invalid_cursor");
        (await client.On(other.Slug).GetAsync(Hooking.Path)).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task Wants_its_own_scope() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("webhooks:manage")).GetAsync(Hooking.Path)).Refused(403, "insufficient_scope");
}
