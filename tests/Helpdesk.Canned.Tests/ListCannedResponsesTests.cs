using System.Text.Json;

namespace Helpdesk.Canned.Tests;

public sealed class ListCannedResponsesTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_them_by_sort_order_with_their_templates_as_they_are()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.PostAsync("canned-responses", new { slug = "later", title = "Later", body_md = "Dear {{requester.name}}", sort_order = 20 });
        await client.PostAsync("canned-responses", new { slug = "first", title = "First", body_md = "Hello", sort_order = 0, is_active = false });

        await Verify(await client.GetAsync("canned-responses"));
    }

    [Fact]
    public async Task Pages_without_losing_or_repeating_one()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        // Equal places are told apart by id.
        foreach (var (i, sortOrder) in ((int[])[5, 1, 5, 5, 0]).Index())
            (await client.PostAsync("canned-responses", new { slug = $"c{i}", title = "T", body_md = "B", sort_order = sortOrder })).Created();

        var (seen, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = (await client.GetAsync($"canned-responses?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            Assert.Equal(5, page.Json.GetProperty("total_count").GetInt32());
            seen.AddRange(Slugs(page.Data));
            cursor = page.NextCursor;
            Assert.Equal(cursor is not null, page.Json.GetProperty("has_more").GetBoolean());
        }
        while (cursor is not null);

        Assert.Equal(["c4", "c1", "c0", "c2", "c3"], seen);
    }

    [Fact]
    public async Task Filters_by_queue_use_and_text()
    {
        var tenant = await app.NewTenantAsync();
        var (billing, other) = (await tenant.QueueAsync("billing"), await tenant.QueueAsync("other"));
        var client = await tenant.ClientAsync();
        await client.PostAsync("canned-responses", new { slug = "everywhere", title = "For ALL", body_md = "needle" });
        await client.PostAsync("canned-responses", new { slug = "refund", title = "100% back", body_md = "b", queue_id = billing.Id });
        await client.PostAsync("canned-responses", new { slug = "old", title = "Old_one", body_md = "b", queue_id = billing.Id, is_active = false });

        Assert.Equal("everywhere", await FoundAsync("queue_id=none"));
        Assert.Equal("refund,old", await FoundAsync($"queue_id={billing.Id}"));
        Assert.Equal("", await FoundAsync($"queue_id={other.Id}"));
        Assert.Equal("", await FoundAsync("queue_id=1"));
        Assert.Equal("old", await FoundAsync("is_active=false"));
        Assert.Equal("refund", await FoundAsync($"is_active=true&queue_id={billing.Id}"));
        Assert.Equal("everywhere", await FoundAsync("q=for+all"));
        Assert.Equal("refund", await FoundAsync("q=FUND"));
        Assert.Equal("refund", await FoundAsync("q=%25"));
        Assert.Equal("old", await FoundAsync("q=_"));
        Assert.Equal("", await FoundAsync("q=%5C"));
        Assert.Equal("", await FoundAsync("q=needle"));

        async Task<string> FoundAsync(string query) => string.Join(",", Slugs((await client.GetAsync("canned-responses?" + query)).Ok()));
    }

    [Theory]
    [InlineData("queue_id=some", "queue_id")]
    [InlineData("queue_id=1.5", "queue_id")]
    [InlineData("queue_id=NONE", "queue_id")]
    [InlineData("is_active=maybe", "is_active")]
    [InlineData("limit=many", "limit")]
    public async Task Refuses_filters_that_mean_nothing(string query, string field) => Assert.NotEmpty(
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("canned-responses?" + query)).Refused(422, "validation_failed").Field(field));

    [Theory]
    [InlineData("q=t")]
    [InlineData("is_active=true")]
    [InlineData("queue_id=none")]
    public async Task Refuses_a_cursor_of_other_filters(string query)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var slug in (string[])["a", "b"])
            await client.PostAsync("canned-responses", new { slug, title = "t", body_md = "b" });
        var cursor = (await client.GetAsync("canned-responses?limit=1")).NextCursor;
        (await client.GetAsync($"canned-responses?limit=1&cursor={cursor}")).Ok();
        (await client.GetAsync($"canned-responses?limit=1&cursor={cursor}&{query}")).Refused(400, "invalid_cursor");
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-7", 1)]
    [InlineData("5000", 2)]
    public async Task Brings_the_limit_into_its_range(string limit, int expected)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var slug in (string[])["a", "b"])
            await client.PostAsync("canned-responses", new { slug, title = "t", body_md = "b" });
        Assert.Equal(expected, (await client.GetAsync("canned-responses?limit=" + limit)).Ok().GetArrayLength());
    }

    [Fact]
    public async Task Shows_none_of_another_tenant()
    {
        await (await app.NewTenantAsync()).CannedAsync("hello", "Hello");
        Assert.Equal(0, (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("canned-responses")).Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("canned-responses")).Refused(403, "insufficient_scope");

    private static IEnumerable<string> Slugs(JsonElement data) => data.EnumerateArray().Select(item => item.GetProperty("slug").GetString()!);
}
