namespace Helpdesk.Tickets;

/// <summary>
/// The tickets of the tenant from the newest to the oldest, by plain values: for dialects whose lists go on at an id and tell no total, so
/// that nothing is counted. A ticket must match all filters that are set.
/// </summary>
/// <param name="StatusIds">Only tickets of these statuses; none at all for an empty list.</param>
/// <param name="RequesterEmail">Only tickets of the requester with this whole address, lower case.</param>
/// <param name="BeforeId">Only tickets with a smaller id.</param>
/// <param name="Limit">How many at most, 1 to 100.</param>
[Requires(Permission.TicketsRead)]
public sealed record WalkTickets(IReadOnlyList<long>? StatusIds, string? RequesterEmail, long? BeforeId, int Limit) : IQuery<TicketWalk>;

/// <summary>A part of the walk.</summary>
/// <param name="Tickets">The tickets, newest first, without their threads.</param>
/// <param name="HasMore">Whether there are older ones.</param>
public sealed record TicketWalk(IReadOnlyList<TicketView> Tickets, bool HasMore);

internal sealed class WalkTicketsValidator : AbstractValidator<WalkTickets>
{
    public WalkTicketsValidator() => RuleFor(x => x.Limit).InclusiveBetween(1, Paging.MaxLimit);
}

internal sealed class WalkTicketsHandler(TenantDb db, RequestContext context, TicketPages pages) : IRequestHandler<WalkTickets, Result<TicketWalk>>
{
    public async Task<Result<TicketWalk>> Handle(WalkTickets request, CancellationToken cancellationToken)
    {
        var filter = new TicketFilter(request);
        var after = request.BeforeId is { } before ? new TicketKey(0, before) : null;
        var args = new TicketListArgs(db.TenantId, context.Caller.IsTest, filter, after, request.Limit + 1);
        var (page, _) = await pages.ReadAsync(filter.Fingerprint, filter, args, counts: null, cancellationToken);
        return new TicketWalk(page.Tickets, page.Last is not null);
    }
}
