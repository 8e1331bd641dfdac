using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Notifications;

/// <summary>Looks whether those whose preferences are asked for are there.</summary>
internal sealed class Scopes(RequestContext context, IDeskCatalog desks, ITicketReader tickets)
{
    private static readonly Error AgentNotFound = Error.NotFound("agent_not_found", "No such agent.");
    private static readonly Error RequesterNotFound = Error.NotFound("requester_not_found", "No such requester.");

    /// <summary>Null when the tenant has them.</summary>
    public async Task<Error?> WhyNotAsync(PrefScope scope, long scopeId, CancellationToken ct) => scope switch
    {
        PrefScope.Agent => (await desks.GetAsync(context.TenantId)).Agent(scopeId) is null ? AgentNotFound : null,
        PrefScope.Requester => await tickets.HasRequesterAsync(context.TenantId, scopeId, ct) ? null : RequesterNotFound,
        PrefScope.TenantDefault => null,
    };
}
