namespace Helpdesk.Webhooks.Tests;

/// <summary>Events on their way from the change to the receiver.</summary>
public sealed class DeliveringTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task An_event_is_delivered_with_the_documented_headers_and_in_the_words_of_the_list()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var secret = (await client.WebhookAsync(hook.Url, "ticket.created")).Text("signing_secret");
        await client.TicketAsync();
        var call = Assert.Single(await hook.ReceiveAsync(1));
        var listed = Assert.Single((await client.GetAsync("/api/v1/events")).Ok().EnumerateArray());
        Assert.Equal(listed.ToString(), call.Text);
        Assert.Equal(("POST", "application/json", "Mobieus-Webhook/1.0"), (call.Method, call.Headers["Content-Type"], call.Headers["User-Agent"]));
        Assert.Equal((listed.Text("id"), "ticket.created"), (call.EventId, call.Type));
        Assert.Equal(call.EventId, call.Headers["webhook-id"]);
        Assert.Matches(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$", call.Json.Text("created_at"));
        Assert.Equal(["created_at", "data", "id", "type"], call.Json.EnumerateObject().Select(member => member.Name).Order());
        Assert.True(ContractReceiver.Verifies(call, secret));
        Assert.False(ContractReceiver.Verifies(call, secret, call.At.AddSeconds(302)));
        Assert.False(ContractReceiver.Verifies(call with { Body = [.. call.Body, 32] }, secret));
        // Nothing that our traces or cookies would add.
        Assert.Equal(
            ["Content-Length", "Content-Type", "Host", "Mobieus-Event-Id", "Mobieus-Event-Type", "Mobieus-Signature", "User-Agent", "webhook-id", "webhook-signature", "webhook-timestamp"],
            call.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Every_attempt_sends_what_was_so_at_the_event_under_the_same_id_and_signed_anew()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(503);
        var made = await client.WebhookAsync(hook.Url, "ticket.created");
        var ticket = await client.TicketAsync("As it was");
        await client.DeliveriesAsync(made.Id(), rows => rows is [var row] && row.Text("status") == "failed");
        (await client.PostAsync($"tickets/{ticket.Id()}", new { subject = "As it is now" })).Ok();
        await Task.Delay(1100);
        await tenant.HurryAsync();
        var calls = await hook.ReceiveAsync(2);
        Assert.Equal("As it was", calls[1].Json.GetProperty("data").GetProperty("ticket").Text("subject"));
        Assert.Equal((calls[0].Text, calls[0].EventId), (calls[1].Text, calls[1].EventId));
        Assert.True(long.Parse(calls[0].Headers["webhook-timestamp"]) < long.Parse(calls[1].Headers["webhook-timestamp"]));
        Assert.All(calls, call => Assert.True(ContractReceiver.Verifies(call, made.Text("signing_secret"))));
    }

    [Fact]
    public async Task An_endpoint_hears_of_what_it_is_subscribed_to_in_its_environment_and_of_no_notes()
    {
        var (tenant, client) = await app.HookedAsync();
        var test = await tenant.TestClientAsync();
        var (all, replies, ofTest) = (await Receiver.OpenAsync(), await Receiver.OpenAsync(), await Receiver.OpenAsync());
        await client.WebhookAsync(all.Url);
        await client.WebhookAsync(replies.Url, "ticket.replied", "ticket.status_changed");
        await test.WebhookAsync(ofTest.Url);

        var ticket = await client.TicketAsync();
        (await client.PostAsync($"tickets/{ticket.Id()}/reply", new { body = "A secret among us.", @internal = true })).Created();
        (await client.PostAsync($"tickets/{ticket.Id()}/reply", new { body = "Hello." })).Created();
        (await client.PostAsync($"tickets/{ticket.Id()}", new { priority = "high" })).Ok();
        await test.TicketAsync("Of the test environment");
        await tenant.PublishedAsync();

        var calls = await all.ReceiveAsync(4);
        await replies.ReceiveAsync(2);
        await ofTest.ReceiveAsync(1);
        await Task.Delay(300);
        Assert.Equal(["ticket.created", "ticket.replied", "ticket.status_changed", "ticket.updated"], all.Calls.Select(call => call.Type).Order());
        Assert.Equal(["ticket.replied", "ticket.status_changed"], replies.Calls.Select(call => call.Type).Order());
        Assert.Equal("Of the test environment", Assert.Single(ofTest.Calls).Json.GetProperty("data").GetProperty("ticket").Text("subject"));
        Assert.All(calls, call => Assert.DoesNotContain("secret among us", call.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reader_that_hears_of_events_again_makes_no_second_delivery()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        await client.TicketAsync();
        await client.TicketAsync();
        await hook.ReceiveAsync(2);
        await tenant.PublishedAsync();
        // As if the process had died before it noted its place.
        await app.OwnerSqlAsync("update log.consumer set last_seq = 0 where tenant_id = @Id and name = 'events'", new { tenant.Id });
        await client.TicketAsync();
        await hook.ReceiveAsync(3);
        await tenant.PublishedAsync();
        Assert.Equal(3, (await client.DeliveriesAsync(id)).Length);
        Assert.Equal(3, hook.Calls.Select(call => call.EventId).Distinct().Count());
    }

    [Fact]
    public async Task What_was_published_before_a_crash_and_cannot_be_told_again_is_delivered_all_the_same()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        await client.TicketAsync();
        await hook.ReceiveAsync(1);
        await tenant.PublishedAsync();
        // As if the process had died between the two, and the ticket were gone since; the list has its event.
        await app.OwnerSqlAsync("delete from webhooks.delivery where tenant_id = @Id", new { tenant.Id });
        await app.OwnerSqlAsync("update log.event set ticket_id = 1 where tenant_id = @Id and event_key = 'ticket.created'", new { tenant.Id });
        await app.OwnerSqlAsync("update log.consumer set last_seq = 0 where tenant_id = @Id and name = 'events'", new { tenant.Id });
        await client.TicketAsync();
        var calls = await hook.ReceiveAsync(3);
        Assert.Equal(2, calls.Select(call => call.EventId).Distinct().Count());
        await client.DeliveriesAsync(id, rows => rows.Length == 2);
    }

    [Fact]
    public async Task What_a_process_left_behind_is_attempted_when_its_lease_is_over()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        await app.OwnerSqlAsync("""
            insert into webhooks.delivery (tenant_id, id, endpoint_id, event_id, event_type, origin, data, status, attempt, due_at, created_at)
            values (@Id, 1000000000000000, @Endpoint, 1000000000000000, 'webhook.test', 1, '{}', 0, 0, now() + interval '3 seconds', now())
            """, new { tenant.Id, Endpoint = id });
        await Task.Delay(1500);
        Assert.Empty(hook.Calls);
        await hook.ReceiveAsync(1);
    }

    [Fact]
    public async Task History_is_kept_for_thirty_days_and_what_waits_for_as_long_as_it_waits()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        for (var i = 0; i < 3; i++)
            (await client.TestAsync(id)).Expect(202);
        var rows = await client.DeliveriesAsync(id, rows => rows.Length == 3 && rows.All(row => row.Text("status") == "succeeded"));
        await app.OwnerSqlAsync("update webhooks.delivery set created_at = now() - interval '31 days' where tenant_id = @Id and id < @Newest", new { tenant.Id, Newest = rows[0].Id() });
        await app.OwnerSqlAsync("update webhooks.delivery set due_at = now() + interval '1 day', status = 2 where tenant_id = @Id and id = @Oldest", new { tenant.Id, Oldest = rows[2].Id() });
        await app.OwnerSqlAsync("select webhooks.forget(now() - interval '30 days', 10000)");
        Assert.Equal([rows[0].Id(), rows[2].Id()], (await client.DeliveriesAsync(id)).Select(row => row.Id()));
        Assert.Equal(2, (await app.OwnerQueryAsync<long>("select count(*) from webhooks.attempt where tenant_id = @Id", new { tenant.Id }))[0]);
    }
}
