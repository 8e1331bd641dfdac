namespace Helpdesk.Webhooks.Tests;

public sealed class TestWebhookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Sends_an_event_of_its_own_whatever_the_endpoint_is_subscribed_to()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(200, "Thank you.");
        var id = (await client.WebhookAsync(hook.Url, "ticket.sla_breached")).Id();
        var reply = (await client.PostTwelveTimesAsync($"{Hooking.Path}/{id}/test", null)).Expect(202);
        var delivery = Assert.Single(await client.DeliveriesAsync(id, rows => rows.All(row => row.Text("status") == "succeeded")));
        Assert.Equal(reply.Data.GetProperty("delivery_id").GetInt64(), delivery.Id());
        Assert.Equal(("webhook.test", "Thank you.", 200), (delivery.Text("event_type"), delivery.Text("response_body"), delivery.GetProperty("response_status").GetInt32()));
        var call = Assert.Single(hook.Calls);
        Assert.Equal((delivery.Text("event_id"), "webhook.test"), (call.EventId, call.Type));
        await Verify(call.Text.Replace(hook.Url, "URL").Replace(call.EventId, "evt_…"));
        Assert.Equal(["webhook.created", "webhook.tested"], (await tenant.EventsAsync("webhook")).Select(line => line.Split(' ')[0]));
        // A test is no event of the tenant's.
        Assert.Empty((await client.GetAsync("/api/v1/events")).Ok().EnumerateArray());
    }

    [Fact]
    public async Task An_endpoint_that_is_switched_off_can_be_tested()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.PostAsync($"{Hooking.Path}/{id}", new { is_active = false })).Ok();
        (await client.TestAsync(id)).Expect(202);
        await hook.ReceiveAsync(1);
    }
}
