namespace Helpdesk.Webhooks.Tests;

public sealed class ReplayDeliveryTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Sends_the_same_event_once_more()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url, "ticket.created")).Id();
        await client.TicketAsync();
        var former = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "succeeded"))[0];

        var replay = (await client.PostTwelveTimesAsync($"{Hooking.Path}/deliveries/{former.Id()}/replay", null)).Expect(202).Data;

        Assert.Equal((former.Id(), "pending", 0), (replay.GetProperty("replay_of").GetInt64(), replay.Text("status"), replay.GetProperty("attempt").GetInt32()));
        Assert.Equal(former.Text("event_id"), replay.Text("event_id"));
        var rows = await client.DeliveriesAsync(id, rows => rows.Length == 2 && rows.All(row => row.Text("status") == "succeeded"));
        Assert.Equal([replay.Id(), former.Id()], rows.Select(row => row.Id()));
        var calls = await hook.ReceiveAsync(2);
        Assert.Equal(2, calls.Length);
        Assert.Equal((calls[0].EventId, calls[0].Text), (calls[1].EventId, calls[1].Text));
        Assert.StartsWith("webhook.delivery_replayed by test key: ", (await tenant.EventsAsync("webhook"))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_can_be_repeated_and_an_endpoint_that_is_off_gets_it_too()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        var delivery = (await client.TestAsync(id)).Expect(202).Data.GetProperty("delivery_id").GetInt64();
        await hook.ReceiveAsync(1);
        (await client.PostAsync($"{Hooking.Path}/{id}", new { is_active = false })).Ok();
        (await client.PostAsync($"{Hooking.Path}/deliveries/{delivery}/replay")).Expect(202);
        var calls = await hook.ReceiveAsync(2);
        Assert.Equal(calls[0].Text, calls[1].Text);
    }

    [Fact]
    public async Task Wants_its_own_scope()
    {
        var (tenant, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a")).Id();
        var delivery = (await client.TestAsync(id)).Expect(202).Data.GetProperty("delivery_id").GetInt64();
        (await (await tenant.ClientAsync("webhooks:read")).PostAsync($"{Hooking.Path}/deliveries/{delivery}/replay")).Refused(403, "insufficient_scope");
    }
}
