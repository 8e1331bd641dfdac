using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>Adds an agent to the tenant of the scope and to some of its queues. For operators: the native API has no write route for agents.</summary>
[Requires(Permission.Operate)]
public sealed record AddAgent(string Name, string Email, string Role, long[] QueueIds) : ICommand<Agent>;

/// <summary>An agent was added.</summary>
/// <param name="AgentId">The agent's id.</param>
/// <param name="Name">Full name.</param>
public sealed record AgentCreated(long AgentId, string Name) : DomainEvent("agent.created", "agent", AgentId)
{
    /// <inheritdoc/>
    public override object Payload => new { Name };
}

internal sealed class AddAgentValidator : AbstractValidator<AddAgent>
{
    public AddAgentValidator()
    {
        RuleFor(x => x.Name).NotEmpty().MaximumLength(120);
        RuleFor(x => x.Email).NotEmpty().EmailAddress().MaximumLength(254);
        RuleFor(x => x.Role).Must(role => role is "agent" or "lead").WithMessage("must be agent or lead.");
    }
}

internal sealed class AddAgentHandler(TenantDb db, EventLog log, Ids ids, DeskCatalog catalog, TimeProvider clock)
    : IRequestHandler<AddAgent, Result<Agent>>
{
    private const string InsertSql = """
        insert into desk.agent (tenant_id, id, user_id, name, email, role, created_at)
        values (@TenantId, @Id, @UserId, @Name, @Email, @Role, @Now)
        """;

    private const string JoinSql = "insert into desk.queue_agent (tenant_id, queue_id, agent_id) values (@TenantId, @QueueId, @AgentId)";

    public Task<Result<Agent>> Handle(AddAgent request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var agent = new Agent(
            ids.Next(), ids.Next(), request.Name, request.Email.ToLowerInvariant(), request.Role, true, [.. request.QueueIds.Order()], now);
        db.Enqueue(InsertSql, new { db.TenantId, agent.Id, agent.UserId, agent.Name, agent.Email, agent.Role, Now = now });
        foreach (var queueId in agent.QueueIds)
            db.Enqueue(JoinSql, new { db.TenantId, QueueId = queueId, AgentId = agent.Id });
        db.OnConflict("agent_email_key", () => Error.Conflict("email_taken", $"An agent has the address '{request.Email}' already."));
        log.Append(new AgentCreated(agent.Id, agent.Name));
        catalog.Changed(db);
        return Task.FromResult<Result<Agent>>(agent);
    }
}
