using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets;

namespace Helpdesk.Headoni;

/// <summary>The tickets of the desk, newest first (headoni 4.2). A ticket must match both filters where both are given.</summary>
/// <param name="RequesterEmail">Only tickets of the person with this whole address, in any letter case.</param>
/// <param name="Status">Only tickets whose status is of this type, or is the one with this id; a status that the desk does not have finds nothing.</param>
/// <param name="Limit">How many tickets at most.</param>
/// <param name="Cursor">Only tickets with a smaller id: the <c>nextCursor</c> of the page before.</param>
[Refuses(ErrorKind.Malformed, "invalid_status")]
public sealed record BrowseTickets(
    [EmailAddress, Example("ada@example.com")] string? RequesterEmail, [Example("awaiting_reply")] string? Status,
    [Range(1, BrowseTickets.MostOnPage), DefaultValue(BrowseTickets.UsualOnPage)] int? Limit,
    [RegularExpression(SubmitTicket.Digits), Example("190517221347328")] string? Cursor)
{
    internal const int MostOnPage = 100;
    internal const int UsualOnPage = 25;
}

/// <summary>A page of tickets.</summary>
/// <param name="Tickets">The tickets, newest first.</param>
/// <param name="NextCursor">The id of the last ticket when there are older ones, to be sent as <c>cursor</c>; null on the last page.</param>
public sealed record TicketPage(IReadOnlyList<TicketSummary> Tickets, [property: Example("190517221347328")] string? NextCursor);

internal sealed class BrowseTicketsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/tickets", HeadoniSlice.Of<BrowseTickets, WalkTickets, TicketWalk, TicketPage>(StatusCodes.Status200OK, BindAsync, Show))
        .WithSummary("List tickets").WithTags("Tickets");

    private static async ValueTask<Result<WalkTickets>> BindAsync(HttpContext http, byte[] body)
    {
        var checks = new Checks();
        var email = checks.Part(http.Request, "requesterEmail")?.ToLowerInvariant();
        var limit = checks.Integer("limit", checks.Part(http.Request, "limit"), 1, BrowseTickets.MostOnPage);
        var before = checks.Id("cursor", checks.Part(http.Request, "cursor"));
        var status = checks.Part(http.Request, "status");
        if (checks.Issues.Count > 0)
            return HeadoniErrors.InvalidQuery(checks.Issues);
        var statusIds = status is null ? null : await StatusIdsAsync(http, status);
        return status is null || statusIds is not null
            ? new WalkTickets(statusIds, email, before, limit ?? BrowseTickets.UsualOnPage)
            : HeadoniErrors.InvalidStatus;
    }

    /// <summary>The desk's statuses that the word or the id stands for; null when it is neither.</summary>
    private static async ValueTask<long[]?> StatusIdsAsync(HttpContext http, string status)
    {
        if (Checks.IsDigits(status))
            return [Checks.NumberOf(status)];
        if (!WireName<InternalType>.TryParse(status, out var type))
            return null;
        var tenantId = http.Context().TenantId;
        var desk = await http.RequestServices.GetRequiredService<IDeskCatalog>().GetAsync(tenantId);
        return [.. desk.Statuses.Where(one => TicketShapes.TypeOf(one.Category) == type).Select(one => one.Id)];
    }

    private static TicketPage Show(TicketWalk walk) => new(
        [.. walk.Tickets.Select(TicketShapes.Summary)], walk.HasMore ? TicketShapes.Text(walk.Tickets[^1].Id) : null);
}
