using Helpdesk.Desk.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Finds the agent for a ticket by the policy of its queue (mobieus 6.3).</summary>
internal sealed class Assignment(TenantDb db, IOpenTickets open)
{
    // The turn is taken by itself, before the ticket's transaction: a turn that leads to no ticket skips an agent once, while a turn held
    // until the commit would make all tickets of the queue wait for each other.
    private const string TakeTurnSql = """
        insert into tickets.turn as t (tenant_id, queue_id, agent_id) values (@TenantId, @QueueId, @First)
        on conflict (tenant_id, queue_id) do update
            set agent_id = coalesce((select min(agent) from unnest(@Agents) agent where agent > t.agent_id), excluded.agent_id)
        returning t.agent_id
        """;

    /// <summary>Why the agent may not have tickets of the queue; null when it may.</summary>
    public static Error? WhyNot(DeskSetup desk, long agentId, long queueId)
    {
        if (desk.Agent(agentId) is not { } agent)
            return TicketErrors.AgentNotFound;
        return agent.IsActive && agent.QueueIds.Contains(queueId)
            ? null
            : Error.Invalid("assignee_id", "must be an active agent of the ticket's queue.");
    }

    /// <summary>The agent whom the queue gives its next ticket; null when people take tickets, or the queue has no active agent.</summary>
    public async ValueTask<long?> NextAsync(DeskSetup desk, Queue queue, CancellationToken ct)
    {
        if (queue.Policy is AssignmentPolicy.Manual)
            return null;
        var agents = queue.AgentIds.Where(id => desk.Agent(id) is { IsActive: true }).ToArray();
        if (agents.Length == 0)
            return null;
        if (queue.Policy is AssignmentPolicy.RoundRobin)
        {
            var args = new { db.TenantId, QueueId = queue.Id, First = agents[0], Agents = agents };
            return await db.SingleOrDefaultAsync<long>(TakeTurnSql, args, ct);
        }

        var counts = await open.CountAsync(ct);
        return agents.MinBy(id => (counts.ByAgent.GetValueOrDefault(id), id));
    }
}
