namespace Helpdesk.Webhooks.Tests;

public sealed class DisableWebhookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Twenty_failures_in_a_row_over_ten_minutes_switch_an_endpoint_off()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500);
        var id = (await client.WebhookAsync(hook.Url)).Id();
        for (var i = 0; i < 19; i++)
            (await client.TestAsync(id)).Expect(202);
        Assert.True((await client.WebhookAsync(id, row => row.GetProperty("consecutive_failures").GetInt32() == 19)).GetProperty("is_active").GetBoolean());
        // All of them within a moment, as with a receiver that is restarted, are not enough.
        (await client.TestAsync(id)).Expect(202);
        Assert.True((await client.WebhookAsync(id, row => row.GetProperty("consecutive_failures").GetInt32() == 20)).GetProperty("is_active").GetBoolean());
        await tenant.FailingForAsync(id, minutes: 9);
        (await client.TestAsync(id)).Expect(202);
        Assert.True((await client.WebhookAsync(id, row => row.GetProperty("consecutive_failures").GetInt32() == 21)).GetProperty("is_active").GetBoolean());
        await tenant.FailingForAsync(id, minutes: 10);
        (await client.TestAsync(id)).Expect(202);
        var off = await client.WebhookAsync(id, row => !row.GetProperty("is_active").GetBoolean());
        Assert.Equal(("failures", 22), (off.Text("disabled_reason"), off.GetProperty("consecutive_failures").GetInt32()));
        Assert.Equal(
            """webhook.disabled by system: {"is_active": {"to": false, "from": true}} {"reason": "failures", "consecutive_failures": 22}""",
            (await tenant.EventsAsync("webhook"))[^1]);

        // It hears of nothing now, and begins anew when it is switched on.
        await client.TicketAsync();
        await tenant.PublishedAsync();
        Assert.Equal(22, (await client.DeliveriesAsync(id)).Length);
        hook.Answer = Hook.Status(204);
        var on = (await client.PostAsync($"{Hooking.Path}/{id}", new { is_active = true })).Ok();
        Assert.Equal((true, 0), (on.GetProperty("is_active").GetBoolean(), on.GetProperty("consecutive_failures").GetInt32()));
    }

    [Fact]
    public async Task Long_failing_alone_does_not_switch_an_endpoint_off()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500);
        var id = (await client.WebhookAsync(hook.Url)).Id();
        for (var i = 1; i <= 2; i++)
        {
            (await client.TestAsync(id)).Expect(202);
            Assert.True((await client.WebhookAsync(id, row => row.GetProperty("consecutive_failures").GetInt32() == i)).GetProperty("is_active").GetBoolean());
            await tenant.FailingForAsync(id, minutes: 60);
        }
    }

    [Fact]
    public async Task An_address_that_was_changed_meanwhile_is_not_switched_off_for_the_former()
    {
        var (tenant, client) = await app.HookedAsync();
        var (former, next) = (await Receiver.OpenAsync(), await Receiver.OpenAsync());
        var answering = new TaskCompletionSource();
        former.Answer = async http =>
        {
            await answering.Task;
            http.Response.StatusCode = 410;
        };
        var id = (await client.WebhookAsync(former.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        await former.ReceiveAsync(1);
        // While an attempt is under way, none is due.
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await client.DeliveriesAsync(id))[0].GetProperty("next_attempt_at").ValueKind);
        (await client.PostAsync($"{Hooking.Path}/{id}", new { url = next.Url })).Ok();
        answering.SetResult();
        await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "exhausted");
        Assert.True((await client.WebhookAsync(id)).GetProperty("is_active").GetBoolean());
        Assert.StartsWith("webhook.updated", (await tenant.EventsAsync("webhook"))[^1], StringComparison.Ordinal);
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
