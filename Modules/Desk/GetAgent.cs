using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>One agent of the tenant.</summary>
/// <param name="Id">The agent's id.</param>
[Requires(Permission.DeskRead)]
[Refuses(ErrorKind.NotFound, "agent_not_found")]
public sealed record GetAgent([FromRoute] long Id) : IQuery<AgentView>;

internal sealed class GetAgentHandler(IDeskCatalog catalog, IOpenTickets tickets, RequestContext context)
    : IRequestHandler<GetAgent, Result<AgentView>>
{
    public async Task<Result<AgentView>> Handle(GetAgent request, CancellationToken cancellationToken)
    {
        var desk = await catalog.GetAsync(context.TenantId);
        return desk.Agent(request.Id) is { } agent
            ? AgentView.Of(agent, await tickets.CountAsync(cancellationToken))
            : DeskErrors.AgentNotFound;
    }
}

internal sealed class GetAgentEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/agents/{id}", Slice.Found<GetAgent, AgentView>())
        .WithSummary("Get an agent").WithTags("Queues and agents");
}
