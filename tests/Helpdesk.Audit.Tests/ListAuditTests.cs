namespace Helpdesk.Audit.Tests;

public sealed class ListAuditTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_what_happened_newest_first()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync(key => key with { Label = "Shop" });
        var ticket = await client.TicketAsync();
        (await client.PostAsync($"tickets/{ticket.GetProperty("id")}/status", new { status = "open" })).Ok();
        await Verify((await client.GetAsync("audit?limit=2")).Data);
    }

    [Fact]
    public async Task Shows_an_event_as_soon_as_its_request_is_answered()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        for (var i = 0; i < 10; i++)
        {
            var ticket = await client.TicketAsync();
            Assert.Equal(ticket.GetProperty("id").ToString(), (await client.GetAsync("audit?limit=1")).Ok().Texts("ticket_id")[0]);
        }
    }

    [Fact]
    public async Task Shows_what_operators_and_the_server_did_too()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await tenant.TagAsync("red");
        var row = (await client.GetAsync("audit?event_key=tag.created")).Ok()[0];
        Assert.Equal("system operator 0", $"{row.GetProperty("actor_kind")} {row.GetProperty("actor_label")} {row.GetProperty("actor_id")}");
        Assert.Equal("{}", row.GetProperty("changes").GetRawText());
    }

    [Fact]
    public async Task Filters_are_combined()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var (first, second) = (await client.TicketAsync(), await client.TicketAsync());
        var (firstId, secondId) = (first.GetProperty("id"), second.GetProperty("id"));
        (await client.PostAsync($"tickets/{firstId}/status", new { status = "open" })).Ok();
        await tenant.TagAsync("red");

        Assert.Equal(["ticket.created", "ticket.created"], await KeysAsync("event_key=ticket.created"));
        Assert.Equal(["ticket.status_changed", "ticket.created"], await KeysAsync($"ticket_id={firstId}"));
        Assert.Equal(["ticket.created"], await KeysAsync($"ticket_id={firstId}&event_key=ticket.created"));
        Assert.Empty(await KeysAsync($"ticket_id={secondId}&actor_kind=system"));
        Assert.Equal(["ticket.created"], await KeysAsync($"ticket_id={secondId}&actor_kind=api"));
        Assert.Empty(await KeysAsync("event_key=ticket.created&actor_kind=agent"));
        Assert.Equal(["tag.created"], await KeysAsync("event_key=tag.created&actor_kind=system"));
        Assert.All(await KeysAsync("actor_kind=api"), key => Assert.StartsWith("ticket.", key));
        Assert.Equal(3, (await KeysAsync("actor_kind=api")).Length);
        Assert.Empty(await KeysAsync("actor_kind=requester"));
        Assert.Empty(await KeysAsync("event_key=TICKET.CREATED"));
        Assert.Equal((await KeysAsync("")).Length, (await KeysAsync("event_key=&actor_kind=&ticket_id=&since=&until=&cursor=&limit=")).Length);

        async Task<string[]> KeysAsync(string query)
        {
            var page = (await client.GetAsync("audit?" + query)).Expect(200);
            var keys = page.Data.Texts("event_key");
            Assert.Equal(keys.Length, page.Json.GetProperty("total_count").GetInt32());
            return keys;
        }
    }

    [Fact]
    public async Task Times_include_their_beginning_and_not_their_end()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var noon = new DateTimeOffset(DateTimeOffset.UtcNow.Date.AddHours(-36), TimeSpan.Zero);
        foreach (var (number, offset) in ((int[])[-1, 0, 1, 999, 1000]).Index())
            await app.OldEventAsync(tenant, noon.AddMilliseconds(offset), "test.done", number);

        Assert.Equal("4,3,2,1", await SubjectsAsync($"since={noon:yyyy-MM-ddTHH:mm:ssZ}"));
        Assert.Equal("4,3,2", await SubjectsAsync($"since={noon:yyyy-MM-ddTHH:mm:ss}.0000001Z"));
        Assert.Equal("0", await SubjectsAsync($"until={noon:yyyy-MM-ddTHH:mm:ssZ}"));
        Assert.Equal("3,2,1", await SubjectsAsync($"since={noon:yyyy-MM-ddTHH:mm:ssZ}&until={noon.AddSeconds(1):yyyy-MM-ddTHH:mm:ssZ}"));
        Assert.Equal("2,1", await SubjectsAsync($"since={noon:yyyy-MM-ddTHH:mm:ssZ}&until={noon:yyyy-MM-ddTHH:mm:ss}.002Z"));
        Assert.Equal("", await SubjectsAsync("until=1990-01-01"));
        Assert.Equal("", await SubjectsAsync("since=9999-12-31"));

        async Task<string> SubjectsAsync(string query) =>
            string.Join(",", (await client.GetAsync("audit?event_key=test.done&" + query)).Ok().Texts("subject_id"));
    }

    [Fact]
    public async Task Pages_neither_lose_nor_repeat_an_event_while_others_are_added()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        for (var i = 0; i < 7; i++)
            await client.TicketAsync();
        var expected = (await client.GetAsync("audit?limit=200")).Ok().Texts("id");

        var (seen, cursor) = (new List<string>(), "");
        while (true)
        {
            var page = (await client.GetAsync($"audit?limit=2&cursor={cursor}")).Expect(200);
            seen.AddRange(page.Data.Texts("id"));
            await client.TicketAsync();
            if (page.NextCursor is null)
                break;
            cursor = page.NextCursor;
        }

        Assert.Equal(expected, seen);
    }

    [Theory]
    [InlineData("", 50)]
    [InlineData("limit=500", 200)]
    [InlineData("limit=200", 200)]
    [InlineData("limit=99999999999999999999", 200)]
    [InlineData("limit=51", 51)]
    [InlineData("limit=50", 50)]
    [InlineData("limit=0", 1)]
    [InlineData("limit=-3", 1)]
    public async Task A_page_has_fifty_rows_and_two_hundred_at_most(string query, int expected)
    {
        var tenant = await app.NewTenantAsync();
        await app.OldEventsAsync(tenant, 210);
        foreach (var filter in (string[])["", "&event_key=test.done", "&actor_kind=api", "&event_key=test.done&actor_kind=api", "&ticket_id=7"])
        {
            var page = (await (await tenant.ClientAsync()).GetAsync($"audit?{query}{filter}")).Expect(200);
            Assert.Equal(expected, page.Data.GetArrayLength());
            Assert.NotNull(page.NextCursor);
            Assert.True(page.Json.GetProperty("total_count").GetInt32() >= 210);
        }
    }

    [Theory]
    [InlineData("actor_kind=robot", "actor_kind")]
    [InlineData("actor_kind=API", "actor_kind")]
    [InlineData("actor_kind=3", "actor_kind")]
    [InlineData("ticket_id=HD-000001", "ticket_id")]
    [InlineData("since=yesterday", "since")]
    [InlineData("until=1770000000", "until")]
    [InlineData("limit=ten", "limit")]
    [InlineData("event_key=%00", "event_key")]
    public async Task Refuses_filters_that_mean_nothing(string query, string field) => Assert.NotEmpty(
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("audit?" + query)).Refused(422, "validation_failed").Field(field));

    [Theory]
    [InlineData("event_key=ticket.created")]
    [InlineData("actor_kind=api")]
    [InlineData("ticket_id=1")]
    [InlineData("since=2025-01-01")]
    [InlineData("until=2099-01-01")]
    public async Task Refuses_a_cursor_of_other_filters(string query)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await client.TicketAsync();
        var cursor = (await client.GetAsync("audit?limit=1")).NextCursor!;
        (await client.GetAsync($"audit?limit=2&cursor={cursor}")).Ok();
        (await client.GetAsync($"audit?cursor={cursor}&{query}")).Refused(400, "invalid_cursor");
        (await client.GetAsync($"audit?cursor={cursor[..^2]}")).Refused(400, "invalid_cursor");
        (await client.GetAsync("audit?cursor=cur_abc")).Refused(400, "invalid_cursor");
        var test = await tenant.ClientAsync(key => key with { Environment = "test" });
        (await test.GetAsync($"audit?cursor={cursor}")).Refused(400, "invalid_cursor");
        var other = await (await app.NewTenantAsync()).ClientAsync();
        (await other.GetAsync($"audit?cursor={cursor}")).Refused(400, "invalid_cursor");
    }

    [Fact]
    public async Task Shows_none_of_another_tenant_and_takes_no_key_of_another()
    {
        var (tenant, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var (client, stranger) = (await tenant.ClientAsync(), await other.ClientAsync());
        var ticket = await client.TicketAsync();
        Assert.Equal(0, (await stranger.GetAsync($"audit?ticket_id={ticket.GetProperty("id")}")).Expect(200).Json.GetProperty("total_count").GetInt32());
        Assert.DoesNotContain("ticket.created", (await stranger.GetAsync("audit")).Ok().Texts("event_key"));
        (await client.On(other.Slug).GetAsync("audit")).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task The_environments_do_not_see_each_other()
    {
        var tenant = await app.NewTenantAsync();
        var (live, test) = (await tenant.ClientAsync(), await tenant.ClientAsync(key => key with { Environment = "test" }));
        var (ofLive, ofTest) = (await live.TicketAsync(), await test.TicketAsync());
        Assert.Equal([ofLive.GetProperty("id").ToString()], (await live.GetAsync("audit?event_key=ticket.created")).Ok().Texts("ticket_id"));
        Assert.Equal([ofTest.GetProperty("id").ToString()], (await test.GetAsync("audit")).Ok().Texts("ticket_id"));
        Assert.Empty((await test.GetAsync($"audit?ticket_id={ofLive.GetProperty("id")}")).Ok().Texts("id"));
    }

    [Theory]
    [InlineData("helpdesk:read")]
    [InlineData("helpdesk:write")]
    [InlineData("events:read")]
    [InlineData("webhooks:manage")]
    public async Task Wants_the_scope_of_administrators(string scope)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync(scope);
        foreach (var path in (string[])["audit", "audit/verify"])
            Assert.Equal("helpdesk:admin", (await client.GetAsync(path)).Refused(403, "insufficient_scope").Json.GetProperty("error").GetProperty("required_scope").GetString());
    }

    [Fact]
    public async Task Is_only_read() =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("audit", new { })).Refused(405, "method_not_allowed");
}
