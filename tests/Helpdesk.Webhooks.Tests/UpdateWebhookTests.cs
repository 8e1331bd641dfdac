namespace Helpdesk.Webhooks.Tests;

public sealed class UpdateWebhookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Changes_what_is_given_and_tells_it()
    {
        var (tenant, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a", "ticket.created")).Id();
        await Verify((await client.PostAsync($"{Hooking.Path}/{id}", new { url = "https://hooks.example.com/b", description = "B", subscribed_events = new[] { "*" } })).Ok());
        Assert.Equal(
            """webhook.updated by test key: {"url": {"to": "https://hooks.example.com/b", "from": "https://hooks.example.com/a"}, "description": {"to": "B", "from": null}, "subscribed_events": {"to": ["*"], "from": ["ticket.created"]}} """,
            (await tenant.EventsAsync("webhook"))[^1]);
        Assert.Null((await client.PostTextAsync($"{Hooking.Path}/{id}", """{"description":null}""")).Ok().GetProperty("description").GetString());
    }

    [Fact]
    public async Task Saying_what_is_so_already_changes_nothing()
    {
        var (tenant, client) = await app.HookedAsync();
        var made = await client.WebhookAsync("https://hooks.example.com/a", "ticket.created");
        var same = (await client.PostAsync($"{Hooking.Path}/{made.Id()}", new { url = "https://hooks.example.com/a", subscribed_events = new[] { "ticket.created" }, is_active = true })).Ok();
        Assert.Equal(made.Text("updated_at"), same.Text("updated_at"));
        Assert.Single(await tenant.EventsAsync("webhook"));
    }

    [Fact]
    public async Task Switched_off_it_hears_of_nothing_and_switched_on_of_what_comes_then()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url, "ticket.created")).Id();
        var off = (await client.PostAsync($"{Hooking.Path}/{id}", new { is_active = false })).Ok();
        Assert.Equal((false, "manual"), (off.GetProperty("is_active").GetBoolean(), off.Text("disabled_reason")));
        await client.TicketAsync("While it was off");
        await tenant.PublishedAsync();
        var on = (await client.PostAsync($"{Hooking.Path}/{id}", new { is_active = true })).Ok();
        Assert.Null(on.GetProperty("disabled_reason").GetString());
        await client.TicketAsync("When it was on again");
        var call = Assert.Single(await hook.ReceiveAsync(1));
        Assert.Equal("When it was on again", call.Json.GetProperty("data").GetProperty("ticket").Text("subject"));
    }

    [Fact]
    public async Task Of_two_changes_at_once_none_is_lost()
    {
        var (_, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a")).Id();
        await Task.WhenAll(
            client.PostAsync($"{Hooking.Path}/{id}", new { description = "B" }), client.PostAsync($"{Hooking.Path}/{id}", new { is_active = false }));
        var row = await client.WebhookAsync(id);
        Assert.Equal(("B", false), (row.Text("description"), row.GetProperty("is_active").GetBoolean()));
    }

    [Theory]
    [InlineData("""{"url":"https://10.0.0.1/x"}""", "url")]
    [InlineData("""{"url":"https://192.168.1.1/x"}""", "url")]
    [InlineData("""{"url":null}""", "url")]
    [InlineData("""{"subscribed_events":[]}""", "subscribed_events")]
    [InlineData("""{"subscribed_events":["nothing.known"]}""", "subscribed_events")]
    [InlineData("""{"is_active":null}""", "is_active")]
    [InlineData("""{"is_active":"no"}""", "is_active")]
    public async Task Refuses_what_cannot_be(string body, string field)
    {
        var (tenant, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a")).Id();
        Assert.NotEmpty((await client.PostTextAsync($"{Hooking.Path}/{id}", body)).Refused(422, "validation_failed").Field(field));
        Assert.Single(await tenant.EventsAsync("webhook"));
    }
}
