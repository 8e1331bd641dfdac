namespace Helpdesk.Tickets.Tests;

public sealed class ChangeStatusTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var from in Ticketing.Statuses)
        {
            foreach (var to in Ticketing.Statuses)
                pairs.Add(from, to);
        }

        return pairs;
    }

    [Fact]
    public async Task Changes_the_status()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        await Verify(await client.PostAsync($"tickets/{ticket.Text("reference")}/status", new { status = "resolved", note = "Was the bulb." }));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Every_status_leads_to_every_other_except_out_of_closed(string from, string to)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var before = await client.TicketInAsync(from);
        var (thread, events) = (await client.ThreadAsync(before), await app.EventsAsync(before));

        var reply = await client.MoveAsync(before, to);
        if (from == "closed" && to != "closed")
            reply.Refused(409, "ticket_closed");
        else
            Assert.Equal(to, reply.Ok().Text("status"));

        var after = await client.ReadAsync(before);
        if (from == to || from == "closed")
        {
            Assert.Equal(from, after.Text("status"));
            Assert.Equal(thread, await client.ThreadAsync(before));
            Assert.Equal(events, await app.EventsAsync(before));
            foreach (var time in (string[])["resolved_at", "closed_at", "updated_at"])
                Assert.Equal(before.Text(time), after.Text(time));
            return;
        }

        Assert.Equal((string[])[.. thread, $"status_changed {from} > {to}"], await client.ThreadAsync(before));
        Assert.Equal((string[])[.. events, $"ticket.status_changed status: {from} > {to}"], await app.EventsAsync(before));
        Assert.Equal(to == "closed", !after.IsNull("closed_at"));
        Assert.Equal(to == "resolved" || (from == "resolved" && to == "closed"), !after.IsNull("resolved_at"));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task An_update_follows_the_same_rules(string from, string to)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync(from);
        var events = await app.EventsAsync(ticket);

        var reply = await client.UpdateAsync(ticket, new { status = to, subject = "Changed too" });
        if (from == "closed")
        {
            reply.Refused(409, "ticket_closed");
            Assert.Equal(events, await app.EventsAsync(ticket));
            return;
        }

        Assert.Equal(to, reply.Ok().Text("status"));
        string[] moved = from == to ? [] : [$"ticket.status_changed status: {from} > {to}"];
        Assert.Equal((string[])[.. events, .. moved, "ticket.updated subject: Lamp does not light > Changed too"], await app.EventsAsync(ticket));
    }

    [Fact]
    public async Task A_note_is_kept_as_an_internal_message()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "pending", note = "asked for a photo" })).Ok();
        // Also where the status stays what it is.
        (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "pending", note = "asked again" })).Ok();

        Assert.Equal(
            ["message requester: It was fine yesterday.", "note api: asked for a photo", "status_changed new > pending", "note api: asked again"],
            await client.ThreadAsync(ticket));
        Assert.Equal(
            ["ticket.created", "ticket.note_added", "ticket.status_changed status: new > pending", "ticket.note_added"],
            await app.EventsAsync(ticket));
        var now = await client.ReadAsync(ticket);
        Assert.Equal((3, 1), (now.GetProperty("message_count").GetInt32(), now.GetProperty("public_message_count").GetInt32()));
    }

    [Fact]
    public async Task A_note_has_at_most_65535_characters()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        foreach (var length in (int[])[0, 1, 65_534, 65_535])
            (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "open", note = new string('n', length) })).Ok();
        (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "open", note = new string('n', 65_536) })).RefusedFields("note");
    }

    [Fact]
    public async Task A_closed_ticket_takes_no_note_either()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketInAsync("closed");
        await Verify(await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "closed", note = "one more thing" }));
        Assert.Equal(1, (await client.ReadAsync(ticket)).GetProperty("message_count").GetInt32());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"status":null}""")]
    [InlineData("""{"status":""}""")]
    [InlineData("""{"status":"Open"}""")]
    [InlineData("""{"status":"merged"}""")]
    [InlineData("""{"status":1}""")]
    public async Task Refuses_what_is_no_status(string body)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.PostTextAsync($"tickets/{ticket.Id()}/status", body)).RefusedFields("status");
    }

    [Fact]
    public async Task A_finer_status_of_the_same_category_is_left_alone()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketInAsync("open");
        await app.OwnerSqlAsync(
            "update tickets.ticket set version = version + 1, status_id = (select s.id from desk.status s where s.tenant_id = @Tenant and s.key = 'in_progress') where id = @Id",
            new { Tenant = tenant.Id, Id = ticket.Id() });
        var events = await app.EventsAsync(ticket);

        Assert.Equal("open", (await client.MoveAsync(ticket, "open")).Ok().Text("status"));
        Assert.Equal(events, await app.EventsAsync(ticket));
        Assert.Equal("open", (await client.ReadAsync(ticket)).Text("status"));
        Assert.Equal("pending", (await client.MoveAsync(ticket, "pending")).Ok().Text("status"));
        Assert.Equal("ticket.status_changed status: in_progress > pending", (await app.EventsAsync(ticket))[^1]);
    }

    [Fact]
    public async Task A_merged_ticket_reads_as_closed_and_stays_so()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        await app.OwnerSqlAsync(
            "update tickets.ticket set version = version + 1, status_id = (select s.id from desk.status s where s.tenant_id = @Tenant and s.key = 'merged') where id = @Id",
            new { Tenant = tenant.Id, Id = ticket.Id() });

        Assert.Equal("closed", (await client.ReadAsync(ticket)).Text("status"));
        Assert.Equal([ticket.Id()], await client.ListedAsync("status=closed"));
        (await client.MoveAsync(ticket, "open")).Refused(409, "ticket_closed");
        (await client.ReplyAsync(ticket, new { body = "x" })).Refused(409, "ticket_closed");
    }

    [Fact]
    public async Task Wants_the_scope_to_write()
    {
        var tenant = await app.NewTenantAsync();
        var ticket = await (await tenant.ClientAsync()).TicketAsync();
        (await (await tenant.ClientAsync("helpdesk:read")).MoveAsync(ticket, "open")).LacksScope("helpdesk:write");
    }
}
