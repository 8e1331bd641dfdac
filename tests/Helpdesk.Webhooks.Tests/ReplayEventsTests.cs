namespace Helpdesk.Webhooks.Tests;

public sealed class ReplayEventsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Delivers_what_an_endpoint_missed_each_once()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var before = await client.TicketAsync("Before");
        await Task.Delay(5);
        var since = DateTime.UtcNow;
        for (var i = 0; i < 5; i++)
            await client.TicketAsync($"Missed {i}");
        (await client.PostAsync($"tickets/{before.Id()}", new { subject = "Not subscribed to" })).Ok();
        await (await tenant.TestClientAsync()).TicketAsync("Of the other environment");
        await tenant.PublishedAsync();
        await Task.Delay(5);
        var until = DateTime.UtcNow;
        await client.TicketAsync("After");
        await tenant.PublishedAsync();
        var id = (await client.WebhookAsync(hook.Url, "ticket.created")).Id();

        var reply = await client.PostTwelveTimesAsync($"{Hooking.Path}/{id}/replay", new { since, until });

        Assert.Equal(5, reply.Expect(202).Data.GetProperty("delivery_count").GetInt32());
        var calls = await hook.ReceiveAsync(5);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"Missed {i}").Order(), calls.Select(call => call.Json.GetProperty("data").GetProperty("ticket").Text("subject")).Order());
        var listed = (await client.GetAsync("/api/v1/events?type=ticket.created")).Ok().EnumerateArray().ToDictionary(row => row.Text("id"), row => row.ToString());
        Assert.All(calls, call => Assert.Equal(listed[call.EventId], call.Text));
        Assert.Contains("\"delivery_count\": 5", (await tenant.EventsAsync("webhook"))[^1], StringComparison.Ordinal);
        await client.DeliveriesAsync(id, rows => rows.Length == 5 && rows.All(row => row.Text("status") == "succeeded"));
        Assert.Equal(5, hook.Calls.Count);
    }

    [Fact]
    public async Task Up_to_now_when_no_end_is_given_and_nothing_when_nothing_happened()
    {
        var (tenant, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync((await Receiver.OpenAsync()).Url)).Id();
        Assert.Equal(0, (await client.PostAsync($"{Hooking.Path}/{id}/replay", new { since = "2026-01-01T00:00:00Z" })).Expect(202).Data.GetProperty("delivery_count").GetInt32());
        await client.TicketAsync();
        await tenant.PublishedAsync();
        Assert.Equal(1, (await client.PostAsync($"{Hooking.Path}/{id}/replay", new { since = "2026-01-01T00:00:00Z" })).Expect(202).Data.GetProperty("delivery_count").GetInt32());
        // The end of the calendar is an end as well.
        var all = new { since = "0001-01-01T00:00:00Z", until = "9999-12-31T23:59:59.9999999Z" };
        Assert.Equal(1, (await client.PostAsync($"{Hooking.Path}/{id}/replay", all)).Expect(202).Data.GetProperty("delivery_count").GetInt32());
    }

    [Fact]
    public async Task More_than_ten_thousand_events_have_to_be_taken_in_parts()
    {
        var (tenant, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a")).Id();
        await app.OwnerSqlAsync("""
            insert into audit.published (tenant_id, id, event_id, type, is_test, at, data)
            select @Id, n, @First + n * 4096, 'ticket.created', false, now(), '{}' from generate_series(1, 10001) n
            """, new { tenant.Id, First = SharedKernel.Data.Ids.FirstAt(DateTimeOffset.UtcNow.AddDays(-1)) });
        Assert.NotEmpty((await client.PostAsync($"{Hooking.Path}/{id}/replay", new { since = DateTime.UtcNow.AddDays(-2) })).Refused(422, "validation_failed").Field("until"));
        Assert.Empty(await client.DeliveriesAsync(id));
    }

    [Theory]
    [InlineData("{}", "since")]
    [InlineData("""{"since":"yesterday"}""", "since")]
    [InlineData("""{"since":"2026-01-02T00:00:00Z","until":"2026-01-01T00:00:00Z"}""", "until")]
    public async Task Refuses_what_is_no_time(string body, string field)
    {
        var (_, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a")).Id();
        Assert.NotEmpty((await client.PostTextAsync($"{Hooking.Path}/{id}/replay", body)).Refused(422, "validation_failed").Field(field));
    }
}
