namespace Helpdesk.Webhooks.Tests;

public sealed class DisableWebhookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Twenty_failures_in_a_row_switch_an_endpoint_off()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500);
        var id = (await client.WebhookAsync(hook.Url)).Id();
        for (var i = 0; i < 19; i++)
            (await client.TestAsync(id)).Expect(202);
        Assert.True((await client.WebhookAsync(id, row => row.GetProperty("consecutive_failures").GetInt32() == 19)).GetProperty("is_active").GetBoolean());
        (await client.TestAsync(id)).Expect(202);
        var off = await client.WebhookAsync(id, row => !row.GetProperty("is_active").GetBoolean());
        Assert.Equal(("failures", 20), (off.Text("disabled_reason"), off.GetProperty("consecutive_failures").GetInt32()));
        Assert.Equal(
            """webhook.disabled by system: {"is_active": {"to": false, "from": true}} {"reason": "failures", "consecutive_failures": 20}""",
            (await tenant.EventsAsync("webhook"))[^1]);

        // It hears of nothing now, and begins anew when it is switched on.
        await client.TicketAsync();
        await tenant.PublishedAsync();
        Assert.Equal(20, (await client.DeliveriesAsync(id)).Length);
        hook.Answer = Hook.Status(204);
        var on = (await client.PostAsync($"{Hooking.Path}/{id}", new { is_active = true })).Ok();
        Assert.Equal((true, 0), (on.GetProperty("is_active").GetBoolean(), on.GetProperty("consecutive_failures").GetInt32()));
    }

    [Fact]
    public async Task A_success_in_between_starts_the_count_over()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500);
        var id = (await client.WebhookAsync(hook.Url)).Id();
        for (var i = 0; i < 5; i++)
            (await client.TestAsync(id)).Expect(202);
        await client.WebhookAsync(id, row => row.GetProperty("consecutive_failures").GetInt32() == 5);
        hook.Answer = Hook.Status(204);
        (await client.TestAsync(id)).Expect(202);
        await client.WebhookAsync(id, row => row.GetProperty("consecutive_failures").GetInt32() == 0);
    }

    [Fact]
    public async Task Who_answers_410_wants_no_more()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500);
        var id = (await client.WebhookAsync(hook.Url, "ticket.created")).Id();
        await client.TicketAsync("It waits");
        await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "failed");
        hook.Answer = Hook.Status(410);
        await client.TicketAsync("It ends");
        Assert.Equal("gone", (await client.WebhookAsync(id, row => !row.GetProperty("is_active").GetBoolean())).Text("disabled_reason"));
        var rows = await client.DeliveriesAsync(id, rows => rows is [var row, _] && row.Text("status") == "exhausted");
        Assert.Equal("failed", rows[1].Text("status"));

        // What waited ends when it comes due, without an attempt.
        await tenant.HurryAsync();
        rows = await client.DeliveriesAsync(id, rows => rows.All(row => row.Text("status") == "exhausted"));
        Assert.Equal((1, 2), (rows[1].GetProperty("attempt").GetInt32(), hook.Calls.Count));
    }

    [Fact]
    public async Task An_endpoint_of_the_test_environment_is_switched_off_there()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.TestClientAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(410);
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        await client.WebhookAsync(id, row => !row.GetProperty("is_active").GetBoolean());
        Assert.StartsWith("webhook.disabled by system (test): ", (await tenant.EventsAsync("webhook"))[^1], StringComparison.Ordinal);
    }
}
