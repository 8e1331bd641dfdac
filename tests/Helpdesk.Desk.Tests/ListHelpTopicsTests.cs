using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk.Tests;

public sealed class ListHelpTopicsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_topics_with_their_fields()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        await tenant.TopicAsync("refund", queue.Id, priority: 2,
            new("order_number", "Order number", CustomFieldType.Text, true, null),
            new("reason", "Reason", CustomFieldType.Select, false, ["late", "broken"]));
        await tenant.TopicAsync("other");
        await Verify(await (await tenant.ClientAsync()).GetAsync("help-topics"));
    }

    [Fact]
    public async Task Leaves_out_topics_that_are_not_active()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.TopicAsync("shown");
        await tenant.TopicAsync("hidden");
        await tenant.SendAsync(new ApplyDesk([], [], [new("hidden", default, default, default, false, default, default)], false));

        // The operator works in another process than the server, which hears of it a moment later.
        var client = await tenant.ClientAsync();
        for (var tries = 0; await TotalAsync() != 1; tries++)
        {
            Assert.True(tries < 50, "The topic is still shown.");
            await Task.Delay(100);
        }

        Assert.Equal("shown", (await client.GetAsync("help-topics")).Ok()[0].GetProperty("slug").GetString());

        async Task<int> TotalAsync() => (await client.GetAsync("help-topics")).Json.GetProperty("total_count").GetInt32();
    }

    [Fact]
    public async Task Pages_by_sort_order_then_id()
    {
        var tenant = await app.NewTenantAsync();
        foreach (var (slug, sortOrder) in ((string, int)[])[("c", 7), ("a", 3), ("d", 7), ("b", 3), ("z", 0)])
            await tenant.SendAsync(new AddHelpTopic(slug, slug, null, null, sortOrder, []));
        var client = await tenant.ClientAsync();

        var (seen, cursor) = ("", (string?)null);
        do
        {
            var page = (await client.GetAsync($"help-topics?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            Assert.Equal(5, page.Json.GetProperty("total_count").GetInt32());
            seen += string.Concat(page.Data.EnumerateArray().Select(topic => topic.GetProperty("slug").GetString()));
            cursor = page.NextCursor;
            Assert.Equal(cursor is not null, page.Json.GetProperty("has_more").GetBoolean());
        }
        while (cursor is not null);

        Assert.Equal("zabcd", seen);
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-1", 1)]
    [InlineData("101", 2)]
    public async Task Brings_the_limit_into_its_range(string limit, int expected)
    {
        var tenant = await app.NewTenantAsync();
        await tenant.TopicAsync("a");
        await tenant.TopicAsync("b");
        Assert.Equal(expected, (await (await tenant.ClientAsync()).GetAsync("help-topics?limit=" + limit)).Ok().GetArrayLength());
    }

    [Fact]
    public async Task Refuses_a_limit_that_is_no_number_and_a_cursor_of_another_tenant()
    {
        var (tenant, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        foreach (var slug in (string[])["a", "b"])
        {
            await tenant.TopicAsync(slug);
            await other.TopicAsync(slug);
        }

        var client = await tenant.ClientAsync();
        var cursor = (await (await other.ClientAsync()).GetAsync("help-topics?limit=1")).NextCursor;
        (await client.GetAsync("help-topics?cursor=" + cursor)).Refused(400, "invalid_cursor");
        Assert.NotEmpty((await client.GetAsync("help-topics?limit=x")).Refused(422, "validation_failed").Field("limit"));
    }

    [Fact]
    public async Task Shows_none_of_another_tenant()
    {
        await (await app.NewTenantAsync()).TopicAsync("refund");
        Assert.Equal(0, (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("help-topics")).Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("help-topics"));
}
