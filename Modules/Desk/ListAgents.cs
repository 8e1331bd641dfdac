using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>The agents of the tenant, by name, then id.</summary>
/// <param name="QueueId">Only agents of this queue.</param>
/// <param name="IsActive">Only agents that tickets may be assigned to, or only the others.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.DeskRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListAgents(long? QueueId, bool? IsActive, string? Cursor, int? Limit) : IQuery<Page<AgentView>>;

/// <summary>A member of the support team (mobieus 6.3).</summary>
/// <param name="Id">The agent's id.</param>
/// <param name="UserId">The id of the person's account.</param>
/// <param name="Name">Full name.</param>
/// <param name="Email">Address, lower case.</param>
/// <param name="Role"><c>agent</c> or <c>lead</c>.</param>
/// <param name="IsActive">Whether tickets may be assigned.</param>
/// <param name="QueueIds">The ids of the agent's queues, ascending.</param>
/// <param name="OpenTicketCount">Assigned tickets that are neither resolved nor closed.</param>
/// <param name="CreatedAt">When the agent was added.</param>
[Example("""
    {
      "id": 190517204566016, "user_id": 17, "name": "Grace Hopper", "email": "grace@acme.example", "role": "lead", "is_active": true,
      "queue_ids": [190517204561920], "open_ticket_count": 7, "created_at": "2026-01-12T08:00:00Z"
    }
    """)]
public sealed record AgentView(
    long Id, long UserId, string Name, string Email, [Choices("agent", "lead")] string Role, bool IsActive, long[] QueueIds,
    long OpenTicketCount, DateTime CreatedAt)
{
    internal static AgentView Of(Agent agent, OpenTicketCounts open) => new(
        agent.Id, agent.UserId, agent.Name, agent.Email, agent.Role, agent.IsActive, agent.QueueIds,
        open.ByAgent.GetValueOrDefault(agent.Id), agent.CreatedAt);
}

internal sealed class ListAgentsHandler(IDeskCatalog catalog, IOpenTickets tickets, RequestContext context)
    : IRequestHandler<ListAgents, Result<Page<AgentView>>>
{
    public async Task<Result<Page<AgentView>>> Handle(ListAgents request, CancellationToken cancellationToken)
    {
        var desk = await catalog.GetAsync(context.TenantId);
        var agents = desk.Agents
            .Where(agent => request.IsActive is null || agent.IsActive == request.IsActive)
            .Where(agent => request.QueueId is not { } queueId || agent.QueueIds.Contains(queueId))
            .ToList();
        var page = Paging.Of(agents, $"agents {context.TenantId} {request.QueueId} {request.IsActive}", request.Cursor, request.Limit,
            agent => [agent.Name, agent.Id.ToString()],
            (agent, after) => !long.TryParse(after[1], out var id)
                ? null
                : string.CompareOrdinal(agent.Name, after[0]) is var order and not 0 ? order : agent.Id.CompareTo(id));
        if (!page.TryGet(out var found))
            return page.Error!;
        var open = await tickets.CountAsync(cancellationToken);
        return new Page<AgentView>(found.Items.Select(agent => AgentView.Of(agent, open)).ToList(), found.NextCursor, found.TotalCount);
    }
}

internal sealed class ListAgentsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/agents", Slice.Listed<ListAgents, AgentView>())
        .WithSummary("List agents").WithTags("Queues and agents");
}
