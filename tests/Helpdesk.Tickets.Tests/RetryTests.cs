namespace Helpdesk.Tickets.Tests;

public sealed class RetryTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Twelve_creates_with_one_key_make_one_ticket()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await ActsOnceAsync(client, "tickets", new { subject = "Once", body = "only", requester = new { email = "once@example.com" } }, 201);

        var ticket = Assert.Single(await client.AllAsync());
        Assert.Equal("HD-000001", ticket.Text("reference"));
        Assert.Equal(["ticket.created"], await app.EventsAsync(ticket));
        Assert.Equal("HD-000002", (await client.TicketAsync()).Text("reference"));
    }

    [Fact]
    public async Task Twelve_replies_with_one_key_write_one_message()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("greeting", "Hello");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        await ActsOnceAsync(client, $"tickets/{ticket.Id()}/reply", new { canned_response_id = canned.Id }, 201);

        Assert.Equal(["message requester: It was fine yesterday.", "message api: Hello", "status_changed new > open"], await client.ThreadAsync(ticket));
        Assert.Equal([1], await app.OwnerQueryAsync<long>("select use_count::bigint from canned.response where id = @Id", new { canned.Id }));
    }

    [Fact]
    public async Task Twelve_closes_with_one_key_close_once()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        await ActsOnceAsync(client, $"tickets/{ticket.Id()}/status", new { status = "closed", note = "Done." }, 200);
        Assert.Equal(["ticket.created", "ticket.note_added", "ticket.status_changed status: new > closed"], await app.EventsAsync(ticket));
    }

    [Fact]
    public async Task Twelve_updates_with_one_key_change_once()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        await ActsOnceAsync(client, $"tickets/{ticket.Id()}", new { priority = "high" }, 200);
        Assert.Equal(["ticket.created", "ticket.updated priority: normal > high"], await app.EventsAsync(ticket));
    }

    [Fact]
    public async Task Another_body_with_the_same_key_is_refused()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.PostAsync("tickets", new { subject = "One", body = "x" }, "key-1")).Created();
        await Verify(await client.PostAsync("tickets", new { subject = "Two", body = "x" }, "key-1"));
        // Also one that is not even acceptable.
        (await client.PostAsync("tickets", new { subject = "" }, "key-1")).Refused(422, "idempotency_key_reused");
        Assert.Equal(1, await client.TotalAsync(""));
    }

    [Fact]
    public async Task A_retry_gets_the_first_answer_whatever_happened_since()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        var (reply, update, close) = ($"tickets/{ticket.Id()}/reply", $"tickets/{ticket.Id()}", $"tickets/{ticket.Id()}/status");
        var replied = (await client.PostAsync(reply, new { body = "x" }, "a")).Expect(201);
        var updated = (await client.PostAsync(update, new { subject = "New" }, "a")).Expect(200);
        var closed = (await client.PostAsync(close, new { status = "closed" }, "a")).Expect(200);
        // The ticket is closed now; without the key all of this is refused.
        (await client.PostAsync(reply, new { body = "x" })).Refused(409, "ticket_closed");

        Same(closed, await client.PostAsync(close, new { status = "closed" }, "a"));
        Same(updated, await client.PostAsync(update, new { subject = "New" }, "a"));
        Same(replied, await client.PostAsync(reply, new { body = "x" }, "a"));
    }

    [Fact]
    public async Task A_refusal_is_remembered_too()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync("resolved");
        await app.OwnerSqlAsync("update tickets.ticket set version = version + 1, resolved_at = now() - interval '8 days' where id = @Id", new { Id = ticket.Id() });
        var body = new { body = "x", @as = "requester" };
        var refused = (await client.PostAsync($"tickets/{ticket.Id()}/reply", body, "a")).Refused(409, "reopen_window_expired");
        (await client.MoveAsync(ticket, "open")).Ok();

        Same(refused, await client.PostAsync($"tickets/{ticket.Id()}/reply", body, "a"));
        (await client.PostAsync($"tickets/{ticket.Id()}/reply", body, "b")).Created();
    }

    [Fact]
    public async Task The_same_key_elsewhere_is_another_request()
    {
        var (one, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var (first, second, stranger) = (await one.ClientAsync(), await one.ClientAsync(), await other.ClientAsync());
        var body = new { subject = "x", body = "y" };
        var ids = new HashSet<long>();
        foreach (var client in (ApiClient[])[first, second, stranger])
            Assert.True(ids.Add((await client.PostAsync("tickets", body, "same")).Created().Id()));
        Assert.Equal(2, await first.TotalAsync(""));
    }

    [Fact]
    public async Task A_retry_after_a_day_is_a_new_request()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var first = (await client.PostAsync("tickets", new { subject = "x", body = "y" }, "a")).Created();
        await app.OwnerSqlAsync("update kernel.idempotency set created_at = now() - interval '25 hours' where tenant_id = @Id", new { tenant.Id });
        var again = await client.PostAsync("tickets", new { subject = "x", body = "y" }, "a");
        Assert.NotEqual(first.Id(), again.Created().Id());
        Assert.False(again.Headers.ContainsKey("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(255, 201)]
    [InlineData(256, 422)]
    public async Task A_key_has_at_most_255_characters(int length, int status)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        Assert.Equal(status, (await client.PostAsync("tickets", new { subject = "x", body = "y" }, new string('k', length))).Status);
    }

    [Fact]
    public async Task Parallel_requests_with_keys_of_their_own_all_act()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            client.PostAsync("tickets", new { subject = "x", body = "y", requester = new { email = "p@example.com" } }, $"key {number}")));
        Assert.Equal(12, replies.Select(reply => reply.Created().Text("reference")).Distinct().Count());
        foreach (var (reply, number) in replies.Select((reply, number) => (reply, number)))
        {
            Same(reply, await client.PostAsync(
                "tickets", new { subject = "x", body = "y", requester = new { email = "p@example.com" } }, $"key {number}"));
        }
    }

    private static async Task ActsOnceAsync(ApiClient client, string path, object body, int status)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.PostAsync(path, body, "one key")));
        Assert.All(replies, reply => reply.Expect(status));
        Assert.Single(replies.Select(reply => reply.Text).Distinct());
        Assert.Equal(11, replies.Count(reply => reply.Headers.GetValueOrDefault("Idempotency-Replayed") == "true"));
        Assert.Equal(12, replies.Select(reply => reply.Headers["X-Request-Id"]).Distinct().Count());
    }

    private static void Same(ApiReply first, ApiReply again)
    {
        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
    }
}
