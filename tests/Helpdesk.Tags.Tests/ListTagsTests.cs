namespace Helpdesk.Tags.Tests;

public sealed class ListTagsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_tags_by_name_with_their_tickets()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.PostAsync("tags", new { slug = "b", name = "Zebra", color = "#DC2626" });
        await client.PostAsync("tags", new { slug = "a", name = "Ant" });
        await client.TicketAsync(more: new { tags = new[] { "a", "b" } });
        await client.TicketAsync(more: new { tags = new[] { "a" } });

        await Verify(await client.GetAsync("tags"));
    }

    [Fact]
    public async Task Pages_without_losing_or_repeating_a_tag()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        // Equal names are told apart by id; a name may hold the character that parts a cursor's key.
        string[] names = ["b", "a\u001fb", "a", "Ö", "a", "😀", "Z"];
        foreach (var (i, name) in names.Index())
            (await client.PostAsync("tags", new { slug = $"t{i}", name })).Created();

        var (seen, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = (await client.GetAsync($"tags?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            Assert.Equal(names.Length, page.Json.GetProperty("total_count").GetInt32());
            seen.AddRange(page.Data.EnumerateArray().Select(tag => tag.GetProperty("slug").GetString()!));
            cursor = page.NextCursor;
            Assert.Equal(cursor is not null, page.Json.GetProperty("has_more").GetBoolean());
        }
        while (cursor is not null);

        Assert.Equal(["t6", "t2", "t4", "t1", "t0", "t3", "t5"], seen);
    }

    [Theory]
    [InlineData("FUND", "refund,tax")]
    [InlineData("%", "")]
    [InlineData("_", "")]
    [InlineData("ÜBER", "later")]
    [InlineData("  tax ", "tax")]
    public async Task Finds_a_text_in_name_or_slug_in_any_letter_case(string q, string expected)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.PostAsync("tags", new { slug = "refund", name = "Money back" });
        await client.PostAsync("tags", new { slug = "tax", name = "Tax fund" });
        await client.PostAsync("tags", new { slug = "later", name = "über" });

        var found = (await client.GetAsync("tags?q=" + Uri.EscapeDataString(q))).Ok();
        Assert.Equal(expected, string.Join(",", found.EnumerateArray().Select(tag => tag.GetProperty("slug").GetString())));
    }

    [Fact]
    public async Task Refuses_a_cursor_of_another_search()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.PostAsync("tags", new { name = "a1" });
        await client.PostAsync("tags", new { name = "a2" });
        var cursor = (await client.GetAsync("tags?q=a&limit=1")).NextCursor;

        await Verify(await client.GetAsync($"tags?q=a2&limit=1&cursor={cursor}"));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    [InlineData("1000", 3)]
    public async Task Brings_the_limit_into_its_range(string limit, int expected)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var name in (string[])["a", "b", "c"])
            await client.PostAsync("tags", new { name });

        Assert.Equal(expected, (await client.GetAsync("tags?limit=" + limit)).Ok().GetArrayLength());
    }

    [Fact]
    public async Task Refuses_a_limit_that_is_no_number() =>
        Assert.NotEmpty((await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("tags?limit=many")).Refused(422, "validation_failed").Field("limit"));

    [Fact]
    public async Task Shows_no_tag_of_another_tenant()
    {
        await (await app.NewTenantAsync()).TagAsync("refund");
        var reply = await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("tags");
        Assert.Equal(0, reply.Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("tags"));
}
