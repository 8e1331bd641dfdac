namespace Helpdesk.Canned.Tests;

public sealed class UpdateCannedResponseTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Changes_what_is_given_and_tells_it()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        await Verify(await (await tenant.ClientAsync()).PostAsync($"canned-responses/{canned.Id}", new { title = "Greeting", is_active = false, sort_order = 0 }));
        var told = (await tenant.EventsAsync("canned_response"))[1];
        Assert.StartsWith("canned_response.updated by test key: {", told, StringComparison.Ordinal);
        Assert.Contains("""
            "title": {"to": "Greeting", "from": "Canned hello"}
            """, told, StringComparison.Ordinal);
        Assert.DoesNotContain("body_md", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_makes_it_one_for_all_queues_and_absence_does_not()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        var canned = await tenant.CannedAsync("hello", "Hello");
        var client = await tenant.ClientAsync();
        Assert.Equal(queue.Id.ToString(), await QueueAfterAsync($$"""{"queue_id":{{queue.Id}}}"""));
        Assert.Equal(queue.Id.ToString(), await QueueAfterAsync("""{"title":"Other"}"""));
        Assert.Equal("null", await QueueAfterAsync("""{"queue_id":null}"""));

        async Task<string> QueueAfterAsync(string body) =>
            (await client.PostTextAsync($"canned-responses/{canned.Id}", body)).Ok().GetProperty("queue_id").GetRawText();
    }

    [Fact]
    public async Task Leaves_no_event_when_nothing_changes()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        var client = await tenant.ClientAsync();
        (await client.PostTextAsync($"canned-responses/{canned.Id}", "{}")).Ok();
        (await client.PostAsync($"canned-responses/{canned.Id}", new { body_md = "Hello", slug = "hello" })).Ok();
        Assert.Single(await tenant.EventsAsync("canned_response"));
    }

    [Theory]
    [InlineData("""{"slug":null}""", "slug")]
    [InlineData("""{"slug":"a b"}""", "slug")]
    [InlineData("""{"title":null}""", "title")]
    [InlineData("""{"title":" "}""", "title")]
    [InlineData("""{"body_md":null}""", "body_md")]
    [InlineData("""{"body_md":""}""", "body_md")]
    [InlineData("""{"is_active":null}""", "is_active")]
    [InlineData("""{"sort_order":null}""", "sort_order")]
    [InlineData("""{"sort_order":100001}""", "sort_order")]
    [InlineData("""{"queue_id":true}""", "queue_id")]
    public async Task Refuses_values_that_do_not_fit(string body, string field)
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        Assert.NotEmpty((await (await tenant.ClientAsync()).PostTextAsync($"canned-responses/{canned.Id}", body)).Refused(422, "validation_failed").Field(field));
    }

    [Fact]
    public async Task Refuses_a_slug_that_another_has()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.CannedAsync("taken", "Hello");
        var canned = await tenant.CannedAsync("hello", "Hello");
        (await (await tenant.ClientAsync()).PostAsync($"canned-responses/{canned.Id}", new { slug = "taken" })).Refused(409, "slug_taken");
    }

    [Fact]
    public async Task Does_not_find_the_queue_or_the_response_of_another_tenant()
    {
        var other = await app.NewTenantAsync();
        var (queue, theirs) = (await other.QueueAsync("billing"), await other.CannedAsync("hello", "Hello"));
        var tenant = await app.NewTenantAsync();
        var mine = await tenant.CannedAsync("hello", "Hello");
        var client = await tenant.ClientAsync();
        (await client.PostAsync($"canned-responses/{mine.Id}", new { queue_id = queue.Id })).Refused(404, "queue_not_found");
        (await client.PostAsync($"canned-responses/{theirs.Id}", new { title = "Mine" })).Refused(404, "canned_response_not_found");
    }

    [Fact]
    public async Task Partial_updates_and_uses_at_once_all_hold()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        var client = await tenant.ClientAsync();
        var ticket = (await client.TicketAsync()).GetProperty("id").GetInt64();
        var path = $"canned-responses/{canned.Id}";
        var replies = await Task.WhenAll(
            client.PostAsync(path, new { title = "New title" }),
            client.PostAsync(path, new { sort_order = 3 }),
            client.PostAsync($"tickets/{ticket}/reply", new { canned_response_id = canned.Id }),
            client.PostAsync(path, new { slug = "new-slug" }));
        Assert.All(replies, reply => Assert.InRange(reply.Status, 200, 201));

        var now = (await client.GetAsync(path)).Ok();
        Assert.Equal("New title 3 new-slug 1", string.Join(' ', ((string[])["title", "sort_order", "slug", "use_count"]).Select(name => now.GetProperty(name).ToString())));
    }

    [Fact]
    public async Task Acts_once_for_twelve_requests_with_one_key()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        (await (await tenant.ClientAsync()).PostTwelveTimesAsync($"canned-responses/{canned.Id}", new { title = "Other" })).Ok();
        Assert.Equal(2, (await tenant.EventsAsync("canned_response")).Count);
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_read()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        (await (await tenant.ClientAsync("helpdesk:read")).PostAsync($"canned-responses/{canned.Id}", new { title = "x" })).Refused(403, "insufficient_scope");
    }
}
