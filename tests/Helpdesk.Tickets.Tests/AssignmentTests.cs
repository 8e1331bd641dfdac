using System.Text.Json;

namespace Helpdesk.Tickets.Tests;

public sealed class AssignmentTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Nobody_gets_the_tickets_of_a_manual_queue()
    {
        var (client, queue, _) = await DeskAsync(AssignmentPolicy.Manual, 2);
        Assert.Null((await CreateAsync(client, queue)).Assignee());
    }

    [Theory]
    [InlineData(AssignmentPolicy.RoundRobin)]
    [InlineData(AssignmentPolicy.FewestOpen)]
    public async Task Nobody_gets_a_ticket_where_there_is_no_active_agent(AssignmentPolicy policy)
    {
        var (client, queue, _) = await DeskAsync(policy, 0);
        Assert.Null((await CreateAsync(client, queue)).Assignee());
        var (alone, inactive, _) = await DeskAsync(policy, 1, inactive: 0);
        Assert.Null((await CreateAsync(alone, inactive)).Assignee());
    }

    [Fact]
    public async Task Agents_take_turns()
    {
        var (client, queue, agents) = await DeskAsync(AssignmentPolicy.RoundRobin, 3);
        var turns = new List<long?>();
        for (var i = 0; i < 7; i++)
            turns.Add((await CreateAsync(client, queue)).Assignee());
        Assert.Equal([agents[0], agents[1], agents[2], agents[0], agents[1], agents[2], agents[0]], turns);
    }

    [Fact]
    public async Task Inactive_agents_are_passed_over()
    {
        var (client, queue, agents) = await DeskAsync(AssignmentPolicy.RoundRobin, 3, inactive: 1);
        var turns = new List<long?>();
        for (var i = 0; i < 4; i++)
            turns.Add((await CreateAsync(client, queue)).Assignee());
        Assert.Equal([agents[0], agents[2], agents[0], agents[2]], turns);
    }

    [Fact]
    public async Task Parallel_tickets_are_dealt_evenly()
    {
        var (client, queue, agents) = await DeskAsync(AssignmentPolicy.RoundRobin, 3);
        // A ticket that had to be decided on again has taken a second turn: the requester must be there before.
        await client.TicketAsync();
        var tickets = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => CreateAsync(client, queue)));
        foreach (var agent in agents)
            Assert.Equal(4, tickets.Count(ticket => ticket.Assignee() == agent));
    }

    [Fact]
    public async Task Each_queue_has_its_own_turn()
    {
        var tenant = await app.NewTenantAsync();
        var (one, other) = (await tenant.QueueAsync("one", AssignmentPolicy.RoundRobin), await tenant.QueueAsync("other", AssignmentPolicy.RoundRobin));
        var ann = await tenant.AgentAsync("Ann", one.Id, other.Id);
        var bob = await tenant.AgentAsync("Bob", one.Id, other.Id);
        var client = await tenant.ClientAsync();
        Assert.Equal(ann.Id, (await CreateAsync(client, one.Id)).Assignee());
        Assert.Equal(ann.Id, (await CreateAsync(client, other.Id)).Assignee());
        Assert.Equal(bob.Id, (await CreateAsync(client, one.Id)).Assignee());
    }

    [Fact]
    public async Task A_named_assignee_comes_before_the_policy()
    {
        var (client, queue, agents) = await DeskAsync(AssignmentPolicy.RoundRobin, 2);
        Assert.Equal(agents[1], (await client.TicketAsync(more: new { queue_id = queue, assignee_id = agents[1] })).Assignee());
    }

    [Fact]
    public async Task The_agent_with_the_fewest_open_tickets_gets_the_next()
    {
        var (client, queue, agents) = await DeskAsync(AssignmentPolicy.FewestOpen, 3);
        // A tie goes to the lowest id.
        var first = await CreateAsync(client, queue);
        Assert.Equal(agents[0], first.Assignee());
        var second = await CreateAsync(client, queue);
        Assert.Equal(agents[1], second.Assignee());
        Assert.Equal(agents[2], (await CreateAsync(client, queue)).Assignee());
        Assert.Equal(agents[0], (await CreateAsync(client, queue)).Assignee());

        // Waiting tickets count, resolved and closed ones do not.
        (await client.MoveAsync(second, "pending")).Ok();
        Assert.Equal(agents[1], (await CreateAsync(client, queue)).Assignee());
        (await client.MoveAsync(second, "resolved")).Ok();
        Assert.Equal(agents[1], (await CreateAsync(client, queue)).Assignee());
        (await client.MoveAsync(second, "open")).Ok();
        Assert.Equal(agents[2], (await CreateAsync(client, queue)).Assignee());
        (await client.MoveAsync(first, "closed")).Ok();
        Assert.Equal(agents[0], (await CreateAsync(client, queue)).Assignee());
    }

    [Fact]
    public async Task A_move_keeps_an_assignee_of_the_new_queue()
    {
        var tenant = await app.NewTenantAsync();
        var (from, to) = (await tenant.QueueAsync("from"), await tenant.QueueAsync("to", AssignmentPolicy.RoundRobin));
        await tenant.AgentAsync("Ann", to.Id);
        var bob = await tenant.AgentAsync("Bob", from.Id, to.Id);
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { queue_id = from.Id, assignee_id = bob.Id });

        Assert.Equal(bob.Id, (await client.UpdateAsync(ticket, new { queue_id = to.Id })).Ok().Assignee());
        Assert.Equal($"ticket.queue_moved queue_id: {from.Id} > {to.Id}", (await app.EventsAsync(ticket))[^1]);
        Assert.Equal("queue_moved from > to", (await client.ThreadAsync(ticket))[^1]);
    }

    [Theory]
    [InlineData(AssignmentPolicy.Manual)]
    [InlineData(AssignmentPolicy.RoundRobin)]
    [InlineData(AssignmentPolicy.FewestOpen)]
    public async Task A_move_takes_off_an_assignee_who_is_not_in_the_new_queue(AssignmentPolicy policy)
    {
        var tenant = await app.NewTenantAsync();
        var (from, to) = (await tenant.QueueAsync("from"), await tenant.QueueAsync("to", policy));
        var ann = await tenant.AgentAsync("Ann", to.Id);
        var bob = await tenant.AgentAsync("Bob", from.Id);
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync(more: new { queue_id = from.Id, assignee_id = bob.Id });

        long? expected = policy is AssignmentPolicy.Manual ? null : ann.Id;
        Assert.Equal(expected, (await client.UpdateAsync(ticket, new { queue_id = to.Id })).Ok().Assignee());
        Assert.Equal(
            $"ticket.assigned assignee_id: {bob.Id} > {expected?.ToString() ?? "null"}", (await app.EventsAsync(ticket))[^1]);
    }

    [Fact]
    public async Task A_move_with_an_assignee_leaves_the_policy_out()
    {
        var tenant = await app.NewTenantAsync();
        var to = await tenant.QueueAsync("to", AssignmentPolicy.RoundRobin);
        await tenant.AgentAsync("Ann", to.Id);
        var bob = await tenant.AgentAsync("Bob", to.Id);
        var client = await tenant.ClientAsync();

        Assert.Equal(bob.Id, (await client.UpdateAsync(await client.TicketAsync(), new { queue_id = to.Id, assignee_id = bob.Id })).Ok().Assignee());
        Assert.Null((await client.UpdateAsync(await client.TicketAsync(), new { queue_id = to.Id, assignee_id = (long?)null })).Ok().Assignee());
    }

    [Fact]
    public async Task Assigning_tells_the_thread_and_the_log()
    {
        var (client, queue, agents) = await DeskAsync(AssignmentPolicy.Manual, 2);
        var ticket = await CreateAsync(client, queue);
        foreach (var next in (long?[])[agents[0], agents[1], null])
            Assert.Equal(next, (await client.UpdateAsync(ticket, new { assignee_id = next })).Ok().Assignee());

        Assert.Equal(
            [$"assigned null > {agents[0]}", $"assigned {agents[0]} > {agents[1]}", $"assigned {agents[1]} > null"],
            (await client.ThreadAsync(ticket))[1..]);
        Assert.Equal(
            [
                $"ticket.assigned assignee_id: null > {agents[0]}", $"ticket.assigned assignee_id: {agents[0]} > {agents[1]}",
                $"ticket.assigned assignee_id: {agents[1]} > null",
            ], (await app.EventsAsync(ticket))[1..]);
    }

    private static Task<JsonElement> CreateAsync(ApiClient client, long queue) => client.TicketAsync(more: new { queue_id = queue });

    private async Task<(ApiClient Client, long Queue, long[] Agents)> DeskAsync(AssignmentPolicy policy, int agents, int? inactive = null)
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("repairs", policy);
        var ids = new long[agents];
        // Names in falling order: turns go by id, not by name.
        for (var i = 0; i < agents; i++)
            ids[i] = (await tenant.AgentAsync($"Agent {agents - i}", queue.Id)).Id;
        if (inactive is { } gone)
            await app.OwnerSqlAsync("update desk.agent set is_active = false where id = @Id", new { Id = ids[gone] });
        return (await tenant.ClientAsync(), queue.Id, ids);
    }
}
