using System.Text.RegularExpressions;

namespace Helpdesk.Webhooks.Tests;

public sealed class CreateWebhookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Url = "https://hooks.example.com/helpdesk";

    [Fact]
    public async Task Makes_an_endpoint_and_shows_its_secret_this_once()
    {
        var (tenant, client) = await app.HookedAsync();
        var reply = await client.PostAsync(Hooking.Path, new { url = Url, subscribed_events = new[] { "ticket.created", "ticket.created", "ticket.replied" }, description = " Shop " });
        var made = reply.Created();
        Assert.Matches("^whsec_[A-Za-z0-9]{43}$", made.Text("signing_secret"));
        await Verify(Regex.Replace($"{reply.Status}\n{made}", "whsec_[A-Za-z0-9]{43}", "whsec_…"));
        Assert.DoesNotContain("secret\"", (await client.GetAsync($"{Hooking.Path}/{made.Id()}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", (await client.GetAsync(Hooking.Path)).Text, StringComparison.Ordinal);
        Assert.Equal(
            ["""webhook.created by test key:  {"url": "https://hooks.example.com/helpdesk", "subscribed_events": ["ticket.created", "ticket.replied"]}"""],
            await tenant.EventsAsync("webhook"));
    }

    [Fact]
    public async Task The_same_request_at_once_and_again_makes_one_and_shows_one_secret()
    {
        var (tenant, client) = await app.HookedAsync();
        var reply = await client.PostTwelveTimesAsync(Hooking.Path, new { url = Url, subscribed_events = new[] { "*" } });
        Assert.Matches("^whsec_", reply.Created().Text("signing_secret"));
        Assert.Equal(1, (await client.GetAsync(Hooking.Path)).Json.GetProperty("total_count").GetInt32());
        Assert.Single(await tenant.EventsAsync("webhook"));
    }

    [Fact]
    public async Task The_secret_is_nowhere_in_the_database()
    {
        var (tenant, client) = await app.HookedAsync();
        var secret = (await client.PostAsync(Hooking.Path, new { url = Url, subscribed_events = new[] { "*" } }, "with a retry key")).Created().Text("signing_secret");
        var texts = await app.OwnerQueryAsync<string>("""
            select encode(e.secret, 'escape') || e::text from webhooks.endpoint e where tenant_id = @Id
            union all select i::text from kernel.idempotency i where tenant_id = @Id
            union all select e::text from log.event e where tenant_id = @Id
            """, new { tenant.Id });
        Assert.True(texts.Count >= 3);
        Assert.All(texts, text => Assert.DoesNotContain(secret["whsec_".Length..], text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Takes_an_address_of_2048_characters_and_no_more()
    {
        var (_, client) = await app.HookedAsync();
        var longest = Url + "/" + new string('x', 2048 - Url.Length - 1);
        await client.WebhookAsync(longest);
        Assert.Equal(["must have at most 2048 characters."], (await client.PostAsync(Hooking.Path, new { url = longest + "x", subscribed_events = new[] { "*" } })).Refused(422, "validation_failed").Field("url"));
    }

    [Theory]
    [InlineData("""{"url":"https://hooks.example.com/x"}""", "subscribed_events")]
    [InlineData("""{"url":"https://hooks.example.com/x","subscribed_events":[]}""", "subscribed_events")]
    [InlineData("""{"url":"https://hooks.example.com/x","subscribed_events":["ticket.vanished"]}""", "subscribed_events")]
    [InlineData("""{"url":"https://hooks.example.com/x","subscribed_events":["*","ticket.created"]}""", "subscribed_events")]
    [InlineData("""{"url":"https://hooks.example.com/x","subscribed_events":["webhook.test"]}""", "subscribed_events")]
    [InlineData("""{"url":"https://hooks.example.com/x","subscribed_events":[null]}""", "subscribed_events")]
    [InlineData("""{"url":"https://hooks.example.com/x","subscribed_events":"*"}""", "subscribed_events")]
    [InlineData("""{"subscribed_events":["*"]}""", "url")]
    [InlineData("""{"url":7,"subscribed_events":["*"]}""", "url")]
    public async Task Refuses_what_means_nothing(string body, string field)
    {
        var (tenant, client) = await app.HookedAsync();
        Assert.NotEmpty((await client.PostTextAsync(Hooking.Path, body)).Refused(422, "validation_failed").Field(field));
        Assert.Empty(await tenant.EventsAsync("webhook"));
    }

    [Fact]
    public async Task Refuses_a_description_that_is_too_long()
    {
        var (_, client) = await app.HookedAsync();
        var reply = await client.PostAsync(Hooking.Path, new { url = Url, subscribed_events = new[] { "*" }, description = new string('x', 201) });
        Assert.NotEmpty(reply.Refused(422, "validation_failed").Field("description"));
    }

    [Fact]
    public async Task Refuses_a_name_that_is_too_long_in_ascii_and_takes_others_of_any_script()
    {
        var (_, client) = await app.HookedAsync();
        await client.WebhookAsync("https://bücher.example/");
        var reply = await client.PostAsync(Hooking.Path, new { url = $"https://{new string('ä', 60)}.example/", subscribed_events = new[] { "*" } });
        Assert.NotEmpty(reply.Refused(422, "validation_failed").Field("url"));
    }

    [Fact]
    public async Task There_can_be_a_hundred_in_an_environment()
    {
        var (tenant, client) = await app.HookedAsync();
        await client.WebhookAsync(Url);
        await app.OwnerSqlAsync("""
            insert into webhooks.endpoint (tenant_id, id, is_test, url, subscribed_events, is_active, consecutive_failures, secret, created_at, updated_at)
            select e.tenant_id, n, e.is_test, e.url, e.subscribed_events, false, 0, e.secret, e.created_at, e.updated_at
            from webhooks.endpoint e, generate_series(1, 98) n where e.tenant_id = @Id
            """, new { tenant.Id });
        await client.WebhookAsync(Url);
        (await client.PostAsync(Hooking.Path, new { url = Url, subscribed_events = new[] { "*" } })).Refused(422, "too_many_webhooks");
        await (await tenant.TestClientAsync()).WebhookAsync(Url);
        (await client.PostAsync($"{Hooking.Path}/1/delete")).Ok();
        await client.WebhookAsync(Url);
    }

    [Fact]
    public async Task Wants_its_own_scope() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("webhooks:read")).PostAsync(Hooking.Path, new { })).Refused(403, "insufficient_scope");
}
