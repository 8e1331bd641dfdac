using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>
/// One ticket as its requester may see it: with its public messages, oldest first, without notes and system entries. Of more than 1,000
/// messages the newest 1,000 are told.
/// </summary>
/// <param name="NumberOrId">The ticket's number within the tenant, or its id; what can be a number is taken for one.</param>
[Requires(Permission.TicketsRead)]
[Refuses(ErrorKind.NotFound, "ticket_not_found")]
public sealed record GetConversation(long NumberOrId) : IQuery<TicketView>;

internal sealed class GetConversationHandler(TenantDb db, TicketStore store, IDeskCatalog desks, ITagCatalog tags)
    : IRequestHandler<GetConversation, Result<TicketView>>
{
    public async Task<Result<TicketView>> Handle(GetConversation request, CancellationToken cancellationToken)
    {
        // Ids carry their time in front, so that even the first ever made is beyond the numbers.
        var wanted = request.NumberOrId <= int.MaxValue ? new TicketRef(null, (int)request.NumberOrId) : new TicketRef(request.NumberOrId, null);
        if (await store.FindWithConversationAsync(wanted, cancellationToken) is not var (ticket, requester, messages))
            return TicketErrors.NotFound;
        var view = TicketView.Of(ticket, requester, await desks.GetAsync(db.TenantId), await tags.GetAsync(db.TenantId));
        return view with { Messages = messages };
    }
}
