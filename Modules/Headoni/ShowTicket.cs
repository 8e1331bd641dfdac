using System.ComponentModel.DataAnnotations;
using Helpdesk.Tickets;

namespace Helpdesk.Headoni;

/// <summary>One ticket with its public messages (headoni 4.3). Internal notes are never shown.</summary>
/// <param name="IdOrNumber">The ticket's number on this desk, or its id; what can be a number is taken for one.</param>
[Refuses(ErrorKind.Malformed, "invalid_id")]
[Refuses(ErrorKind.NotFound, "ticket_not_found")]
public sealed record ShowTicket([FromRoute, RegularExpression(SubmitTicket.Digits), Example("1247")] string IdOrNumber);

/// <summary>One ticket.</summary>
/// <param name="Ticket">The ticket.</param>
public sealed record ShownTicket(TicketDetail Ticket);

internal sealed class ShowTicketEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/tickets/{idOrNumber}", HeadoniSlice.Of<ShowTicket, GetConversation, TicketView, ShownTicket>(StatusCodes.Status200OK, Bind, Show))
        .WithSummary("Get a ticket").WithTags("Tickets");

    private static ValueTask<Result<GetConversation>> Bind(HttpContext http, byte[] body)
    {
        var digits = (string)http.Request.RouteValues["idOrNumber"]!;
        return new(Checks.IsDigits(digits) ? new GetConversation(Checks.NumberOf(digits)) : HeadoniErrors.InvalidId);
    }

    private static ShownTicket Show(TicketView ticket) => new(TicketShapes.Detail(ticket));
}
