namespace Helpdesk.Canned.Tests;

public sealed class DeleteCannedResponseTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Deletes_one_for_good()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        var client = await tenant.ClientAsync();
        await Verify(await client.PostAsync($"canned-responses/{canned.Id}/delete"));
        Assert.Equal("""canned_response.deleted by test key:  {"slug": "hello"}""", (await tenant.EventsAsync("canned_response"))[1]);

        (await client.GetAsync($"canned-responses/{canned.Id}")).Refused(404, "canned_response_not_found");
        (await client.PostAsync($"canned-responses/{canned.Id}/delete")).Refused(404, "canned_response_not_found");
        (await client.PostAsync("canned-responses", new { slug = "hello", title = "Again", body_md = "b" })).Created();
    }

    [Fact]
    public async Task Replies_composed_from_it_keep_their_text()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello {{requester.first_name}}");
        var client = await tenant.ClientAsync();
        var ticket = (await client.TicketAsync()).GetProperty("id").GetInt64();
        (await client.PostAsync($"tickets/{ticket}/reply", new { canned_response_id = canned.Id })).Created();
        (await client.PostAsync($"canned-responses/{canned.Id}/delete")).Ok();

        Assert.Equal("Hello Olga", (await client.GetAsync($"tickets/{ticket}/messages")).Ok()[1].GetProperty("body_md").GetString());
        (await client.PostAsync($"tickets/{ticket}/reply", new { canned_response_id = canned.Id })).Refused(404, "canned_response_not_found");
    }

    [Fact]
    public async Task Does_not_find_one_of_another_tenant()
    {
        var tenant = await app.NewTenantAsync();
        var theirs = await tenant.CannedAsync("hello", "Hello");
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync($"canned-responses/{theirs.Id}/delete")).Refused(404, "canned_response_not_found");
        (await (await tenant.ClientAsync()).GetAsync($"canned-responses/{theirs.Id}")).Ok();
    }

    [Fact]
    public async Task Acts_once_for_twelve_requests_with_one_key()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        (await (await tenant.ClientAsync()).PostTwelveTimesAsync($"canned-responses/{canned.Id}/delete")).Ok();
        Assert.Equal(2, (await tenant.EventsAsync("canned_response")).Count);
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_read()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", "Hello");
        (await (await tenant.ClientAsync("helpdesk:read")).PostAsync($"canned-responses/{canned.Id}/delete")).Refused(403, "insufficient_scope");
    }
}
