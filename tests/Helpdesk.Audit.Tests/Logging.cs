using System.Diagnostics;
using System.Text.Json;

namespace Helpdesk.Audit.Tests;

/// <summary>What the tests of this module do again and again.</summary>
internal static class Logging
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static async Task EventuallyAsync(Func<Task<bool>> check)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Longest; await Task.Delay(20))
        {
            if (await check())
                return;
        }

        Assert.Fail($"Not within {Longest.TotalSeconds} s.");
    }

    /// <summary>Waits until every event of the tenant is sealed and told, and the consumers have noted it.</summary>
    public static Task SettledAsync(this TestTenant tenant) => EventuallyAsync(async () => (await tenant.App.OwnerQueryAsync<bool>("""
        select (select count(*) from log.event where tenant_id = @Id) = coalesce((select max(last_seq) from audit.seal where tenant_id = @Id), 0)
            and (select count(*) from log.consumer c join log.stream s using (tenant_id)
                where c.tenant_id = @Id and c.name in ('audit', 'events') and c.last_seq = s.last_seq and c.leased_until < now()) = 2
        """, new { tenant.Id })).Single());

    /// <summary>Waits until everything that was written is numbered and sealed, also where older events are gone.</summary>
    public static Task SealedAsync(this TestTenant tenant) => EventuallyAsync(async () => (await tenant.App.OwnerQueryAsync<bool>("""
        select not exists (select from log.outbox where tenant_id = @Id) and (select last_seq from log.stream where tenant_id = @Id)
            = coalesce((select max(last_seq) from audit.seal where tenant_id = @Id), 0)
        """, new { tenant.Id })).Single());

    /// <summary>A tenant with some events, all sealed, and a client that may read the audit log.</summary>
    public static async Task<(TestTenant Tenant, ApiClient Client)> SealedTenantAsync(this HelpdeskApp app, int tickets = 3)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        for (var i = 0; i < tickets; i++)
        {
            var ticket = await client.TicketAsync();
            (await client.PostAsync($"tickets/{ticket.GetProperty("id")}/reply", new { body = "x" })).Created();
            (await client.PostAsync($"tickets/{ticket.GetProperty("id")}/status", new { status = "resolved" })).Ok();
            // What comes later gets a seal of its own.
            await tenant.SettledAsync();
        }

        return (tenant, client);
    }

    public static async Task<JsonElement> VerifyAsync(this ApiClient client, string query = "") => (await client.GetAsync("audit/verify" + query)).Ok();

    /// <summary>The first fault as <c>kind seq</c>, or <c>intact</c>.</summary>
    public static async Task<string> FoundAsync(this ApiClient client, string query = "") => Said(await client.VerifyAsync(query));

    public static string Said(JsonElement found)
    {
        var fault = found.GetProperty("first_fault");
        Assert.Equal(fault.ValueKind is JsonValueKind.Null, found.GetProperty("intact").GetBoolean());
        return fault.ValueKind is JsonValueKind.Null ? "intact" : $"{fault.GetProperty("kind").GetString()} {fault.GetProperty("seq").GetInt64()}";
    }

    /// <summary>The events in the order of their numbers.</summary>
    public static Task<IReadOnlyList<long>> NumberedAsync(this TestTenant tenant) => tenant.App.OwnerQueryAsync<long>(
        "select event_id from log.feed where tenant_id = @Id order by id", new { tenant.Id });

    public static string[] Texts(this JsonElement data, string member) => [.. data.EnumerateArray().Select(row => row.GetProperty(member).ToString())];

    /// <summary>All rows of a list, through all its pages.</summary>
    public static async Task<List<JsonElement>> AllAsync(this ApiClient client, string path)
    {
        var (all, cursor) = (new List<JsonElement>(), (string?)null);
        do
        {
            var page = (await client.GetAsync(cursor is null ? path : $"{path}{(path.Contains('?') ? '&' : '?')}cursor={cursor}")).Expect(200);
            all.AddRange(page.Data.EnumerateArray());
            cursor = page.NextCursor;
            Assert.Equal(cursor is not null, page.Json.GetProperty("has_more").GetBoolean());
        }
        while (cursor is not null);
        return all;
    }
}
