namespace Helpdesk.Canned.Tests;

public sealed class CreateCannedResponseTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Creates_one_for_a_queue()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        await Verify(await (await tenant.ClientAsync()).PostAsync("canned-responses", new
        {
            slug = "refund-done",
            title = " Refund\ndone ",
            body_md = "  Hello {{requester.first_name}}\n",
            queue_id = queue.Id,
            is_active = false,
            sort_order = 7,
        }));
        Assert.Equal(["""canned_response.created by test key:  {"slug": "refund-done"}"""], await tenant.EventsAsync("canned_response"));
    }

    [Fact]
    public async Task Takes_values_at_their_limits()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var least = (await client.PostAsync("canned-responses", new { slug = "a", title = "t", body_md = "b" })).Created();
        Assert.Equal("null True 100", $"{least.GetProperty("queue_id").GetRawText()} {least.GetProperty("is_active")} {least.GetProperty("sort_order")}");
        (await client.PostAsync("canned-responses", new
        {
            slug = new string('a', 64),
            title = new string('ä', 160),
            body_md = new string('ß', 65_535),
            sort_order = 100_000,
        })).Created();
    }

    [Theory]
    [InlineData("""{"title":"t","body_md":"b"}""", "slug")]
    [InlineData("""{"slug":"A","title":"t","body_md":"b"}""", "slug")]
    [InlineData("""{"slug":"a","body_md":"b"}""", "title")]
    [InlineData("""{"slug":"a","title":"t"}""", "body_md")]
    [InlineData("""{"slug":"a","title":"t","body_md":""}""", "body_md")]
    [InlineData("""{"slug":"a","title":"t","body_md":"b","sort_order":-1}""", "sort_order")]
    [InlineData("""{"slug":"a","title":"t","body_md":"b","sort_order":100001}""", "sort_order")]
    [InlineData("""{"slug":"a","title":"t","body_md":"b","sort_order":1.5}""", "sort_order")]
    [InlineData("""{"slug":"a","title":"t","body_md":"b","queue_id":"none"}""", "queue_id")]
    [InlineData("""{"slug":"a","title":"t","body_md":"b","is_active":"yes"}""", "is_active")]
    public async Task Refuses_values_that_do_not_fit(string body, string field) => Assert.NotEmpty(
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostTextAsync("canned-responses", body)).Refused(422, "validation_failed").Field(field));

    [Fact]
    public async Task Refuses_values_that_are_too_long() => await Verify(
        await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("canned-responses", new
        {
            slug = new string('a', 65),
            title = new string('x', 161),
            body_md = new string('x', 65_536),
        }));

    [Fact]
    public async Task Refuses_a_slug_that_the_tenant_has()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.CannedAsync("hello", "Hello");
        await Verify(await (await tenant.ClientAsync()).PostAsync("canned-responses", new { slug = "hello", title = "t", body_md = "b" }));
    }

    [Fact]
    public async Task Does_not_find_the_queue_of_another_tenant()
    {
        var theirs = await (await app.NewTenantAsync()).QueueAsync("billing");
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync())
            .PostAsync("canned-responses", new { slug = "a", title = "t", body_md = "b", queue_id = theirs.Id }));
    }

    [Fact]
    public async Task Acts_once_for_twelve_requests_with_one_key()
    {
        var tenant = await app.NewTenantAsync();
        (await (await tenant.ClientAsync()).PostTwelveTimesAsync("canned-responses", new { slug = "a", title = "t", body_md = "b" })).Created();
        Assert.Single(await tenant.EventsAsync("canned_response"));
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_read() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:read")).PostAsync("canned-responses", new { slug = "a", title = "t", body_md = "b" }))
            .Refused(403, "insufficient_scope");
}
