namespace Helpdesk.Tags.Tests;

public sealed class UpdateTagTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Changes_what_is_given_and_tells_it()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        var client = await tenant.ClientAsync();
        await client.TicketAsync(more: new { tags = new[] { "refund" } });

        await Verify(await client.PostAsync($"tags/{tag.Id}", new { name = "Money back", color = "#00FF00" }));
        Assert.Equal(
            """tag.updated by test key: {"name": {"to": "Money back", "from": "Tag refund"}, "color": {"to": "#00ff00", "from": "#6b7280"}} """,
            (await tenant.EventsAsync("tag"))[1]);
    }

    [Fact]
    public async Task Tickets_show_it_at_once()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        var client = await tenant.ClientAsync();
        var id = (await client.TicketAsync(more: new { tags = new[] { "refund" } })).GetProperty("id").GetInt64();
        (await client.PostAsync($"tags/{tag.Id}", new { slug = "money-back" })).Ok();

        Assert.Equal("money-back", (await client.GetAsync($"tickets/{id}")).Ok().GetProperty("tags")[0].GetProperty("slug").GetString());
        Assert.Equal(1, (await client.GetAsync("tickets?tag=money-back")).Json.GetProperty("total_count").GetInt32());
        Assert.Equal(0, (await client.GetAsync("tickets?tag=refund")).Json.GetProperty("total_count").GetInt32());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"slug":"refund","name":"Tag refund","color":"#6B7280"}""")]
    public async Task Leaves_no_event_when_nothing_changes(string body)
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        (await (await tenant.ClientAsync()).PostTextAsync($"tags/{tag.Id}", body)).Ok();
        Assert.Single(await tenant.EventsAsync("tag"));
    }

    [Fact]
    public async Task Refuses_a_slug_that_another_tag_has()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.TagAsync("taken");
        var tag = await tenant.TagAsync("refund");
        await Verify(await (await tenant.ClientAsync()).PostAsync($"tags/{tag.Id}", new { slug = "taken" }));
    }

    [Theory]
    [InlineData("""{"slug":null}""", "slug")]
    [InlineData("""{"slug":"A"}""", "slug")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":[]}""", "name")]
    [InlineData("""{"color":null}""", "color")]
    [InlineData("""{"color":"blue"}""", "color")]
    public async Task Refuses_values_that_do_not_fit(string body, string field)
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        Assert.NotEmpty((await (await tenant.ClientAsync()).PostTextAsync($"tags/{tag.Id}", body)).Refused(422, "validation_failed").Field(field));
    }

    [Fact]
    public async Task Does_not_find_the_tag_of_another_tenant()
    {
        var theirs = await (await app.NewTenantAsync()).TagAsync("refund");
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync($"tags/{theirs.Id}", new { name = "Mine" })).Refused(404, "tag_not_found");
    }

    [Fact]
    public async Task Two_partial_updates_at_once_both_hold()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        var client = await tenant.ClientAsync();
        await Task.WhenAll(
            client.PostAsync($"tags/{tag.Id}", new { name = "New name" }),
            client.PostAsync($"tags/{tag.Id}", new { color = "#000000" }),
            client.PostAsync($"tags/{tag.Id}", new { slug = "new-slug" }));

        var now = (await client.GetAsync($"tags/{tag.Id}")).Ok();
        Assert.Equal("New name #000000 new-slug", $"{now.GetProperty("name")} {now.GetProperty("color")} {now.GetProperty("slug")}");
    }

    [Fact]
    public async Task Acts_once_for_twelve_requests_with_one_key()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        (await (await tenant.ClientAsync()).PostTwelveTimesAsync($"tags/{tag.Id}", new { name = "Money back" })).Ok();
        Assert.Equal(2, (await tenant.EventsAsync("tag")).Count);
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_read()
    {
        var tenant = await app.NewTenantAsync();
        var tag = await tenant.TagAsync("refund");
        (await (await tenant.ClientAsync("helpdesk:read")).PostAsync($"tags/{tag.Id}", new { name = "x" })).Refused(403, "insufficient_scope");
    }
}
