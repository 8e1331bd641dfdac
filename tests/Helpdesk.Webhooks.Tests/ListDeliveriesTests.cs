using System.Text.Json;

namespace Helpdesk.Webhooks.Tests;

public sealed class ListDeliveriesTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_what_came_of_each_newest_first()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500, "Out of order.");
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "failed");
        hook.Answer = Hook.Status(204);
        (await client.TestAsync(id)).Expect(202);
        var rows = await client.DeliveriesAsync(id, rows => rows is [var newest, _] && newest.Text("status") == "succeeded");
        Assert.All(rows, row => Assert.InRange(row.GetProperty("latency_ms").GetInt32(), 0, 9000));
        Assert.InRange(rows[1].GetProperty("next_attempt_at").GetDateTime() - DateTime.UtcNow, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(67));
        await Verify(rows.Select(row => Scrubbed(row)));
    }

    [Fact]
    public async Task Can_be_narrowed_by_status_and_paged()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        for (var i = 0; i < 3; i++)
            (await client.TestAsync(id)).Expect(202);
        await client.DeliveriesAsync(id, rows => rows.Count(row => row.Text("status") == "succeeded") == 3);
        hook.Answer = Hook.Status(500);
        (await client.TestAsync(id)).Expect(202);
        await client.DeliveriesAsync(id, rows => rows.Any(row => row.Text("status") == "failed"));

        foreach (var (status, count) in new[] { ("succeeded", 3), ("failed", 1), ("pending", 0), ("exhausted", 0) })
        {
            var page = (await client.GetAsync($"{Hooking.Path}/{id}/deliveries?status={status}")).Expect(200);
            Assert.Equal((count, count), (page.Data.GetArrayLength(), page.Json.GetProperty("total_count").GetInt32()));
        }

        var first = (await client.GetAsync($"{Hooking.Path}/{id}/deliveries?status=succeeded&limit=2")).Expect(200);
        var rest = (await client.GetAsync($"{Hooking.Path}/{id}/deliveries?status=succeeded&limit=2&cursor={first.NextCursor}")).Expect(200);
        Assert.Equal((2, 1, (string?)null), (first.Data.GetArrayLength(), rest.Data.GetArrayLength(), rest.NextCursor));
        (await client.GetAsync($"{Hooking.Path}/{id}/deliveries?cursor={first.NextCursor}")).Refused(400, "invalid_cursor");
        Assert.NotEmpty((await client.GetAsync($"{Hooking.Path}/{id}/deliveries?status=lost")).Refused(422, "validation_failed").Field("status"));
    }

    private static JsonElement Scrubbed(JsonElement row) => JsonDocument.Parse(System.Text.RegularExpressions.Regex.Replace(
        row.ToString(), "\"latency_ms\":[0-9]+|evt_[0-9A-Z]{26}", match => match.Value.StartsWith("evt", StringComparison.Ordinal) ? "evt_…" : "\"latency_ms\":0")).RootElement;
}
