using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>One ticket with the oldest entries of its thread.</summary>
/// <param name="Ref">The ticket's reference, such as <c>HD-000042</c> in any letter case, or its id.</param>
[Requires(Permission.TicketsRead)]
[Refuses(ErrorKind.NotFound, "ticket_not_found")]
[Example(TicketExamples.Read, OfReply = true)]
public sealed record GetTicket([FromRoute] string Ref) : IQuery<TicketView>;

internal sealed class GetTicketHandler(TenantDb db, TicketStore store, IDeskCatalog desks, ITagCatalog tags)
    : IRequestHandler<GetTicket, Result<TicketView>>
{
    public async Task<Result<TicketView>> Handle(GetTicket request, CancellationToken cancellationToken)
    {
        if (await store.FindWithThreadAsync(request.Ref, cancellationToken) is not { } found)
            return TicketErrors.NotFound;
        var view = TicketView.Of(found.Ticket, found.Requester, await desks.GetAsync(db.TenantId), await tags.GetAsync(db.TenantId));
        return view with { Messages = found.Messages, MessagesTruncated = found.IsTruncated };
    }
}

internal sealed class GetTicketEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/tickets/{ref}", Slice.Found<GetTicket, TicketView>())
        .WithSummary("Get a ticket").WithTags("Tickets");
}
