namespace Helpdesk.Notifications.Tests;

/// <summary>Who is told of what, in both ways.</summary>
public sealed class WhoIsToldTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task A_new_ticket_is_told_to_its_requester_and_to_the_agents_of_its_queue()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var support = await client.SupportAsync();
        await client.AgentAsync(tenant, "Ann", support);
        await client.AgentAsync(tenant, "Bob", support);
        await client.AgentAsync(tenant, "Cleo");
        await client.TicketOfMariaAsync(tenant);
        Assert.Equal(
            [
                "ticket.created Ann: email", "ticket.created Ann: in_app", "ticket.created Bob: email", "ticket.created Bob: in_app",
                "ticket.created Maria Keller: email", "ticket.created Maria Keller: in_app",
            ],
            await tenant.ToldAsync());
    }

    [Fact]
    public async Task A_new_ticket_that_somebody_has_is_told_to_that_agent_as_assigned_only()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var support = await client.SupportAsync();
        var ann = await client.AgentAsync(tenant, "Ann", support);
        await client.AgentAsync(tenant, "Bob", support);
        await client.TicketOfMariaAsync(tenant, new { assignee_id = ann.Id });
        Assert.Equal(["ticket.created Maria Keller", "ticket.assigned Ann"], await tenant.ToldAsync("email"));
    }

    [Fact]
    public async Task Who_does_not_want_to_hear_of_assignments_hears_of_the_new_ticket()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ann = await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        (await client.SetAsync("agent", ann.Id, "ticket.assigned", "email", false)).Ok();
        await client.TicketOfMariaAsync(tenant, new { assignee_id = ann.Id });
        Assert.Equal(["ticket.created Ann", "ticket.created Maria Keller"], await tenant.ToldAsync("email"));
        Assert.Equal(["ticket.created Maria Keller", "ticket.assigned Ann"], await tenant.ToldAsync("in_app"));
    }

    [Fact]
    public async Task Replies_are_told_to_the_other_side_and_not_to_their_author()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var support = await client.SupportAsync();
        var ann = await client.AgentAsync(tenant, "Ann", support);
        await client.AgentAsync(tenant, "Bob", support);
        var ticket = await client.TicketOfMariaAsync(tenant);
        (await client.ReplyAsync(ticket, new { body = "Which lamp?", agent_id = ann.Id })).Created();
        (await client.ReplyAsync(ticket, new { body = "The blue one.", @as = "requester" })).Created();
        (await client.ReplyAsync(ticket, new { body = "By a program." })).Created();
        // Nobody has the ticket, so every agent of the queue hears of it. That it is open now was told with the reply.
        Assert.Equal(
            [
                "ticket.agent_replied Bob", "ticket.agent_replied Maria Keller", "ticket.requester_replied Ann", "ticket.requester_replied Bob",
                "ticket.agent_replied Ann", "ticket.agent_replied Bob", "ticket.agent_replied Maria Keller",
            ],
            (await tenant.ToldAsync("email"))[3..]);
    }

    [Fact]
    public async Task A_note_is_told_to_nobody()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ann = await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        var ticket = await client.TicketOfMariaAsync(tenant, new { assignee_id = ann.Id });
        var before = await tenant.ToldAsync();
        (await client.ReplyAsync(ticket, new { body = "secret", @internal = true })).Created();
        (await client.ReplyAsync(ticket, new { body = "secret", @internal = true, agent_id = ann.Id })).Created();
        Assert.Equal(before, await tenant.ToldAsync());
    }

    [Fact]
    public async Task A_status_is_told_once_and_as_what_it_is()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ann = await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        var ticket = await client.TicketOfMariaAsync(tenant, new { assignee_id = ann.Id });
        foreach (var status in new[] { "on_hold", "resolved", "closed" })
            (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status, note = "secret" })).Ok();
        Assert.Equal(
            [
                "ticket.status_changed Ann", "ticket.status_changed Maria Keller", "ticket.resolved Ann", "ticket.resolved Maria Keller",
                "ticket.closed Ann", "ticket.closed Maria Keller",
            ],
            (await tenant.ToldAsync("email"))[2..]);
    }

    [Fact]
    public async Task A_status_that_came_with_a_reply_is_told_with_it_unless_replies_are_not_wanted()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ann = await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        var ticket = await client.TicketOfMariaAsync(tenant, new { assignee_id = ann.Id });
        (await client.SetAsync("requester", ticket.GetProperty("requester").Id(), "ticket.agent_replied", "email", false)).Ok();
        (await client.ReplyAsync(ticket, new { body = "Done.", agent_id = ann.Id, status = "resolved" })).Created();
        Assert.Equal(["ticket.resolved Maria Keller"], (await tenant.ToldAsync("email"))[2..]);
        Assert.Equal(["ticket.agent_replied Maria Keller"], (await tenant.ToldAsync("in_app"))[2..]);
    }

    [Fact]
    public async Task The_requester_who_reopens_a_ticket_by_a_reply_is_not_told_so()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketOfMariaAsync(tenant);
        (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "pending" })).Ok();
        var before = await tenant.ToldAsync();
        (await client.ReplyAsync(ticket, new { body = "The blue one.", @as = "requester" })).Created();
        Assert.Equal(before, await tenant.ToldAsync());
    }

    [Fact]
    public async Task An_assignment_is_told_to_the_new_agent_and_to_requesters_who_want_it()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var support = await client.SupportAsync();
        var (ann, bob) = (await client.AgentAsync(tenant, "Ann", support), await client.AgentAsync(tenant, "Bob", support));
        var ticket = await client.TicketOfMariaAsync(tenant, new { assignee_id = ann.Id });
        (await client.PostAsync($"tickets/{ticket.Id()}", new { assignee_id = bob.Id })).Ok();
        (await client.PostAsync($"tickets/{ticket.Id()}", new { assignee_id = (long?)null })).Ok();
        await tenant.SettleAsync();
        (await client.SetAsync("tenant_default", 0, "ticket.assigned", "in_app", true)).Ok();
        (await client.PostAsync($"tickets/{ticket.Id()}", new { assignee_id = ann.Id })).Ok();
        Assert.Equal(["ticket.assigned Bob", "ticket.assigned Ann"], (await tenant.ToldAsync("email"))[2..]);
        Assert.Equal(["ticket.assigned Bob", "ticket.assigned Ann", "ticket.assigned Maria Keller"], (await tenant.ToldAsync("in_app"))[2..]);
    }

    [Fact]
    public async Task The_tenants_default_and_the_own_row_are_followed()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var support = await client.SupportAsync();
        var (ann, bob) = (await client.AgentAsync(tenant, "Ann", support), await client.AgentAsync(tenant, "Bob", support));
        (await client.SetAsync("tenant_default", 0, "ticket.created", "email", false)).Ok();
        (await client.SetAsync("agent", ann.Id, "ticket.created", "email", true)).Ok();
        (await client.SetAsync("agent", bob.Id, "ticket.created", "in_app", false)).Ok();
        await client.TicketOfMariaAsync(tenant);
        Assert.Equal(["ticket.created Ann: email", "ticket.created Ann: in_app", "ticket.created Maria Keller: in_app"], await tenant.ToldAsync());
    }

    [Fact]
    public async Task The_test_environment_tells_nobody_anything()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync(key => key with { Environment = "test" });
        await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        var ticket = await client.TicketOfMariaAsync(tenant);
        (await client.ReplyAsync(ticket, new { body = "Which lamp?" })).Created();
        (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "closed" })).Ok();
        Assert.Empty(await tenant.ToldAsync());
    }

    [Fact]
    public async Task Service_levels_are_told_to_the_agent_only()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ann = await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        var ticket = await client.TicketOfMariaAsync(tenant, new { assignee_id = ann.Id });
        // No slice makes these events yet.
        foreach (var key in new[] { "ticket.sla_warning", "ticket.sla_breached" })
            await AppendAsync(tenant, key, ticket.Id(), "now()");
        await UntilToldAsync(tenant, 4);
        Assert.Equal(["sla.warning Ann", "sla.breached Ann"], (await tenant.ToldAsync("email"))[2..]);
    }

    [Fact]
    public async Task What_happened_long_ago_is_told_to_nobody()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketOfMariaAsync(tenant);
        await AppendAsync(tenant, "ticket.sla_breached", ticket.Id(), "now() - interval '73 hours'");
        await client.SetAsync("tenant_default", 0, "sla.breached", "email", true);
        await client.TicketOfMariaAsync(tenant);
        Assert.DoesNotContain(await tenant.ToldAsync(), line => line.Contains("sla", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_that_are_read_again_tell_nobody_twice()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        var ticket = await client.TicketOfMariaAsync(tenant);
        await tenant.InboxAsync(2);
        await tenant.MailsAsync(rows => rows.All(row => row.SentAt is not null));

        await app.OwnerSqlAsync("update log.consumer set last_seq = 0 where tenant_id = @Id and name = 'notifications'", new { tenant.Id });
        (await client.ReplyAsync(ticket, new { body = "Which lamp?" })).Created();
        await tenant.InboxAsync(4);

        Assert.Equal(
            ["ticket.created Ann", "ticket.created Maria Keller", "ticket.agent_replied Ann", "ticket.agent_replied Maria Keller"],
            await tenant.ToldAsync("email"));
        var mails = await tenant.MailsAsync(rows => rows.All(row => row.SentAt is not null));
        Assert.All(mails, mail => Assert.Equal(1, mail.Attempts));
        Assert.Equal(4, (await tenant.InboxAsync(4)).Length);
    }

    [Fact]
    public async Task One_tenants_events_are_told_to_nobody_of_another()
    {
        var (one, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        await (await one.ClientAsync()).TicketOfMariaAsync(one);
        await (await other.ClientAsync()).TicketOfMariaAsync(other);
        Assert.Equal(2, (await one.ToldAsync()).Length);
        Assert.Equal(2, (await other.ToldAsync()).Length);
        Assert.Equal($"maria@{one.Slug}.example", Assert.Single(await one.InboxAsync(1)).To);
    }

    private static async Task UntilToldAsync(TestTenant tenant, int count)
    {
        await Notifying.UntilAsync(async () => (await tenant.ToldAsync("email")).Length >= count, $"{count} are told");
    }

    private Task AppendAsync(TestTenant tenant, string key, long ticketId, string at) => app.OwnerSqlAsync($"""
        with event as (
            insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, ticket_id, at)
            select @Id, max(id) + 1, @key, 2, 0, 'system', false, 'ticket', @ticketId, @ticketId, {at} from log.event where tenant_id = @Id
            returning tenant_id, id, at)
        insert into log.outbox (tenant_id, event_id, at) select tenant_id, id, now() from event
        """, new { tenant.Id, key, ticketId });
}
