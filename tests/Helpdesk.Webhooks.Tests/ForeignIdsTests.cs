namespace Helpdesk.Webhooks.Tests;

/// <summary>Every route with the ids of another tenant, and with its key.</summary>
public sealed class ForeignIdsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("GET", "{webhook}", "webhook_not_found")]
    [InlineData("POST", "{webhook}", "webhook_not_found")]
    [InlineData("POST", "{webhook}/delete", "webhook_not_found")]
    [InlineData("POST", "{webhook}/rotate", "webhook_not_found")]
    [InlineData("POST", "{webhook}/test", "webhook_not_found")]
    [InlineData("POST", "{webhook}/replay", "webhook_not_found")]
    [InlineData("GET", "{webhook}/deliveries", "webhook_not_found")]
    [InlineData("GET", "deliveries/{delivery}/attempts", "delivery_not_found")]
    [InlineData("POST", "deliveries/{delivery}/replay", "delivery_not_found")]
    public async Task Are_not_there(string method, string path, string code)
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var webhook = (await client.WebhookAsync(hook.Url)).Id();
        var delivery = (await client.TestAsync(webhook)).Expect(202).Data.GetProperty("delivery_id").GetInt64();
        await hook.ReceiveAsync(1);
        await client.DeliveriesAsync(webhook, rows => rows is [var row] && row.Text("status") == "succeeded");
        var before = await EverythingAsync(tenant);
        path = $"{Hooking.Path}/{path.Replace("{webhook}", $"{webhook}").Replace("{delivery}", $"{delivery}")}";
        const string body = """{"since":"2025-01-01T00:00:00Z","is_active":false}""";

        var (_, stranger) = await app.HookedAsync();
        (await stranger.SendAsync(new(method), path, method == "GET" ? null : body, null)).Refused(404, code);
        (await stranger.On(tenant.Slug).SendAsync(new(method), path, method == "GET" ? null : body, null)).Refused(401, "invalid_api_key");

        Assert.Equal(before, await EverythingAsync(tenant));
        Assert.Single(hook.Calls);
    }

    [Theory]
    [InlineData("webhook_not_found", "GET", "7")]
    [InlineData("webhook_not_found", "GET", "x")]
    [InlineData("webhook_not_found", "POST", "x/test")]
    [InlineData("delivery_not_found", "POST", "deliveries/x/replay")]
    public async Task Ids_that_nothing_has_are_not_there_either(string code, string method, string path)
    {
        var (_, client) = await app.HookedAsync();
        (await client.SendAsync(new(method), $"{Hooking.Path}/{path}", method == "GET" ? null : "{}", null)).Refused(404, code);
    }

    private async Task<string> EverythingAsync(TestTenant tenant) => string.Join('\n', await app.OwnerQueryAsync<string>("""
        select e::text from webhooks.endpoint e where tenant_id = @Id union all select d::text from webhooks.delivery d where tenant_id = @Id
        union all select a::text from webhooks.attempt a where tenant_id = @Id union all select e::text from log.event e where tenant_id = @Id order by 1
        """, new { tenant.Id }));
}
