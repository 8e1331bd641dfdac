using System.Diagnostics;
using System.Text.Json;

namespace Helpdesk.Webhooks.Tests;

/// <summary>What tests of webhooks say often.</summary>
internal static class Hooking
{
    public const string Path = "/api/v1/webhooks";

    public static readonly string[] Scopes = ["webhooks:read", "webhooks:manage", "events:read", "helpdesk:read", "helpdesk:write", "helpdesk:admin"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static long Id(this JsonElement row) => row.GetProperty("id").GetInt64();

    public static string Text(this JsonElement row, string member) => row.GetProperty(member).GetString()!;

    /// <summary>A new tenant and a client that may do everything with webhooks and tickets.</summary>
    public static async Task<(TestTenant Tenant, ApiClient Client)> HookedAsync(this HelpdeskApp app)
    {
        var tenant = await app.NewTenantAsync();
        return (tenant, await tenant.ClientAsync(Scopes));
    }

    /// <summary>A client of the tenant's test environment.</summary>
    public static Task<ApiClient> TestClientAsync(this TestTenant tenant) => tenant.ClientAsync(key => key with { Environment = "test", Scopes = Scopes });

    /// <summary>An endpoint; answers its <c>data</c>, with the secret.</summary>
    public static async Task<JsonElement> WebhookAsync(this ApiClient client, string url, params string[] events) =>
        (await client.PostAsync(Path, new { url, subscribed_events = events.Length == 0 ? ["*"] : events })).Created();

    public static async Task<JsonElement> WebhookAsync(this ApiClient client, long id) => (await client.GetAsync($"{Path}/{id}")).Ok();

    public static Task<ApiReply> TestAsync(this ApiClient client, long id) => client.PostAsync($"{Path}/{id}/test");

    /// <summary>The deliveries to an endpoint, newest first.</summary>
    public static async Task<JsonElement[]> DeliveriesAsync(this ApiClient client, long id, string query = "") =>
        [.. (await client.GetAsync($"{Path}/{id}/deliveries{query}")).Ok().EnumerateArray()];

    /// <summary>Waits until the deliveries of an endpoint are as wanted.</summary>
    public static async Task<JsonElement[]> DeliveriesAsync(this ApiClient client, long id, Func<JsonElement[], bool> wanted)
    {
        JsonElement[] rows = [];
        await UntilAsync(async () => wanted(rows = await client.DeliveriesAsync(id)), () => string.Join('\n', rows));
        return rows;
    }

    /// <summary>Waits until an endpoint is as wanted.</summary>
    public static async Task<JsonElement> WebhookAsync(this ApiClient client, long id, Func<JsonElement, bool> wanted)
    {
        JsonElement row = default;
        await UntilAsync(async () => wanted(row = await client.WebhookAsync(id)), () => row.ToString());
        return row;
    }

    /// <summary>Waits until everything that the tenant did so far is published and fanned out.</summary>
    public static Task PublishedAsync(this TestTenant tenant) => UntilAsync(async () => (await tenant.App.OwnerQueryAsync<bool>("""
        select not exists (select from log.outbox where tenant_id = @Id) and exists (
            select from log.stream s join log.consumer c on c.tenant_id = s.tenant_id and c.name = 'events'
            where s.tenant_id = @Id and c.last_seq = s.last_seq and c.leased_until < now())
        """, new { tenant.Id }))[0], () => "the events are not published");

    /// <summary>Lets attempts that are put off be due now. What a process holds is left alone.</summary>
    public static Task HurryAsync(this TestTenant tenant) => tenant.App.OwnerSqlAsync("""
        update webhooks.delivery set due_at = now() - interval '1 second' where tenant_id = @Id and due_at is not null and not is_held
        """, new { tenant.Id });

    /// <summary>As if the failures of an endpoint had begun so long ago.</summary>
    public static Task FailingForAsync(this TestTenant tenant, long id, int minutes) => tenant.App.OwnerSqlAsync("""
        update webhooks.endpoint set failing_since = now() - @Minutes * interval '1 minute' where tenant_id = @TenantId and id = @Id
        """, new { TenantId = tenant.Id, Id = id, Minutes = minutes });

    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        for (var watch = Stopwatch.StartNew(); !await isSo(); await Task.Delay(20))
            Assert.True(watch.Elapsed < Patience, $"It does not come about: {what()}");
    }
}
