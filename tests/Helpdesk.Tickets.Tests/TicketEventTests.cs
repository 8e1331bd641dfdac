namespace Helpdesk.Tickets.Tests;

public sealed class TicketEventTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task An_event_names_the_key_that_did_it()
    {
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key with { Label = "Shop" });
        var client = new ApiClient(app, tenant.Slug, key.Token);
        var ticket = await client.TicketAsync();
        (await client.ReplyAsync(ticket, new { body = "x", @as = "requester" })).Created();

        Assert.Equal(
            [$"ticket.created 3 {key.Id} Shop ticket {ticket.Id()}", $"ticket.replied 3 {key.Id} Shop ticket {ticket.Id()}"],
            await app.OwnerQueryAsync<string>(
                "select concat_ws(' ', event_key, actor_kind, actor_id, actor_label, subject_type, subject_id) from log.event "
                + "where ticket_id = @Id order by id", new { Id = ticket.Id() }));
        Assert.All(
            await app.OwnerQueryAsync<string?>("select ip from log.event where ticket_id = @Id", new { Id = ticket.Id() }), Assert.NotNull);
    }

    [Fact]
    public async Task An_event_holds_what_its_readers_cannot_look_up()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        var reply = (await client.ReplyAsync(ticket, new { body = "x", @as = "requester" })).Created();
        var note = (await client.ReplyAsync(ticket, new { body = "x", @internal = true })).Created();
        var answer = (await client.ReplyAsync(ticket, new { body = "x", status = "pending" })).Created();
        (await client.MoveAsync(ticket, "open")).Ok();

        Assert.Equal(
            [
                $$"""{"message_id": {{ticket.GetProperty("messages")[0].Id()}}, "assignee_id": null, "requester_id": {{ticket.GetProperty("requester").Id()}}}""",
                $$"""{"message_id": {{reply.Id()}}, "author_kind": "requester"}""",
                $$"""{"message_id": {{note.Id()}}}""",
                $$"""{"message_id": {{answer.Id()}}, "author_kind": "api"}""",
                $$"""{"message_id": {{answer.Id()}}}""",
                null,
            ],
            await app.OwnerQueryAsync<string?>("select payload::text from log.event where ticket_id = @Id order by id", new { Id = ticket.Id() }));
    }

    [Fact]
    public async Task The_feed_gets_every_event_of_the_tenant_in_order_and_without_gaps()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        for (var i = 0; i < 5; i++)
        {
            var ticket = await client.TicketAsync();
            (await client.ReplyAsync(ticket, new { body = "x" })).Created();
            (await client.UpdateAsync(ticket, new { subject = "Changed", priority = "high", status = "closed" })).Ok();
            (await client.UpdateAsync(ticket, new { subject = "Again" })).Refused(409, "ticket_closed");
        }

        var events = await app.OwnerQueryAsync<long>("select id from log.event where tenant_id = @Id order by id", new { tenant.Id });
        // A created, a replied, two status_changed and one updated for each ticket, besides those of founding and minting.
        Assert.Equal(25, (await app.OwnerQueryAsync<long>("select id from log.event where tenant_id = @Id and ticket_id is not null", new { tenant.Id })).Count);
        var feed = await FeedAsync(tenant, events.Count);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), feed.Select(row => row.Seq));
        Assert.Equal(events, feed.Select(row => row.EventId));
        Assert.Empty(await app.OwnerQueryAsync<long>("select event_id from log.outbox where tenant_id = @Id", new { tenant.Id }));
    }

    [Fact]
    public async Task Events_of_parallel_writers_are_numbered_once_each()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var tickets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.TicketAsync()));
        await Task.WhenAll(tickets.Select(async ticket => (await client.MoveAsync(ticket, "open")).Ok()));
        await Task.WhenAll(tickets.Select(async ticket => (await client.ReplyAsync(ticket, new { body = "x" })).Created()));

        var events = await app.OwnerQueryAsync<long>("select id from log.event where tenant_id = @Id", new { tenant.Id });
        var feed = await FeedAsync(tenant, events.Count);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), feed.Select(row => row.Seq));
        Assert.Equal(events.Order(), feed.Select(row => row.EventId).Order());
        // Whatever the writers' order, what happened to one ticket stays in its own.
        var place = feed.ToDictionary(row => row.EventId, row => row.Seq);
        foreach (var ticket in tickets)
        {
            var own = await app.OwnerQueryAsync<long>("select id from log.event where ticket_id = @Id order by id", new { Id = ticket.Id() });
            Assert.Equal(3, own.Count);
            Assert.Equal(own.Select(id => place[id]).Order(), own.Select(id => place[id]));
        }
    }

    [Fact]
    public async Task A_refused_request_leaves_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("greeting", "Hello");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketInAsync("closed");
        var before = await CountsAsync();

        (await client.PostAsync("tickets", new { subject = "x", body = "y", requester = new { email = "new@example.com" }, queue_id = 5 }))
            .Refused(404, "queue_not_found");
        (await client.ReplyAsync(ticket, new { canned_response_id = canned.Id })).Refused(409, "ticket_closed");
        (await client.UpdateAsync(ticket, new { subject = "x" })).Refused(409, "ticket_closed");
        (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "open", note = "x" })).Refused(409, "ticket_closed");
        Assert.Equal(before, await CountsAsync());

        Task<IReadOnlyList<long>> CountsAsync() => app.OwnerQueryAsync<long>(
            "select count(*) from log.event where tenant_id = @Id union all select count(*) from tickets.message where tenant_id = @Id "
            + "union all select count(*) from tickets.ticket where tenant_id = @Id union all select count(*) from tickets.requester where tenant_id = @Id "
            + "union all select use_count from canned.response where tenant_id = @Id", new { tenant.Id });
    }

    private async Task<List<(long Seq, long EventId)>> FeedAsync(TestTenant tenant, int count)
    {
        for (var tries = 0; ; tries++)
        {
            var rows = await app.OwnerQueryAsync<(long, long)>("select id, event_id from log.feed where tenant_id = @Id order by id", new { tenant.Id });
            if (rows.Count >= count || tries == 100)
                return [.. rows];
            await Task.Delay(50);
        }
    }
}
