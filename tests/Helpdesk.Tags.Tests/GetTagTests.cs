namespace Helpdesk.Tags.Tests;

public sealed class GetTagTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Shows_a_tag()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        await Verify(await (await tenant.ClientAsync()).GetAsync($"tags/{tag.Id}"));
    }

    [Fact]
    public async Task Counts_tickets_as_they_come_and_go()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        await tenant.TagAsync("other");
        var client = await tenant.ClientAsync();
        var id = (await client.TicketAsync(more: new { tags = new[] { "refund", "refund" } })).GetProperty("id").GetInt64();
        Assert.Equal(1, await CountAsync());
        await client.TicketAsync(more: new { tags = new[] { "other" } });
        var second = (await client.TicketAsync()).GetProperty("id").GetInt64();
        (await client.PostAsync($"tickets/{second}", new { add_tags = new[] { "refund" } })).Ok();
        Assert.Equal(2, await CountAsync());
        (await client.PostAsync($"tickets/{id}", new { subject = "Another" })).Ok();
        (await client.PostAsync($"tickets/{id}/status", new { status = "closed" })).Ok();
        Assert.Equal(2, await CountAsync());
        (await client.PostAsync($"tickets/{second}", new { tags = Array.Empty<string>() })).Ok();
        Assert.Equal(1, await CountAsync());

        async Task<long> CountAsync() => (await client.GetAsync($"tags/{tag.Id}")).Ok().GetProperty("ticket_count").GetInt64();
    }

    [Fact]
    public async Task Counts_the_tickets_of_the_callers_environment()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        var (live, test) = (await tenant.ClientAsync(), await tenant.ClientAsync(key => key with { Environment = "test" }));
        foreach (var client in (ApiClient[])[live, test, test])
            await client.TicketAsync(more: new { tags = new[] { "refund" } });

        Assert.Equal(1, (await live.GetAsync($"tags/{tag.Id}")).Ok().GetProperty("ticket_count").GetInt64());
        Assert.Equal(2, (await test.GetAsync($"tags/{tag.Id}")).Ok().GetProperty("ticket_count").GetInt64());
    }

    [Fact]
    public async Task Counts_right_when_many_write_at_once()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("busy");
        var client = await tenant.ClientAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var id = (await client.TicketAsync(more: new { tags = new[] { "busy" } })).GetProperty("id").GetInt64();
            if (i % 2 == 0)
                (await client.PostAsync($"tickets/{id}", new { remove_tags = new[] { "busy" } })).Ok();
        }));

        Assert.Equal(20, (await client.GetAsync($"tags/{tag.Id}")).Ok().GetProperty("ticket_count").GetInt64());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("refund")]
    [InlineData("99999999999999999999")]
    public async Task Does_not_find_what_there_is_not(string id) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("tags/" + id)).Refused(404, "tag_not_found");

    [Fact]
    public async Task Does_not_find_the_tag_of_another_tenant()
    {
        var theirs = await (await app.NewTenantAsync()).TagAsync("refund");
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync($"tags/{theirs.Id}"));
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        (await (await tenant.ClientAsync("helpdesk:write")).GetAsync($"tags/{tag.Id}")).Refused(403, "insufficient_scope");
    }
}
