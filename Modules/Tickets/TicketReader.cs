using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Tickets;

internal sealed class TicketReader(Database database, TicketLookup lookup) : ITicketReader
{
    private const string HasRequesterSql = """
        select exists (select from tickets.requester r where r.tenant_id = @TenantId and r.id = @RequesterId)
        """;

    public async Task<TicketFacts> ReadAsync(long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct) =>
        FactsOf(await lookup.ReadAsync(tenantId, ticketIds, messageIds, ct));

    public async Task<TicketFacts> ReadRecentAsync(long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct) =>
        FactsOf(lookup.Take(tenantId, ticketIds, messageIds) ?? await lookup.ReadAsync(tenantId, ticketIds, messageIds, ct));

    public Task<bool> HasRequesterAsync(long tenantId, long requesterId, CancellationToken ct) => TenantDb.For(database, tenantId)
        .SingleOrDefaultAsync<bool>(HasRequesterSql, new { TenantId = tenantId, RequesterId = requesterId }, ct);

    private static TicketFacts FactsOf(FoundTickets found) =>
        new(found.Tickets.Select(FactOf).ToDictionary(ticket => ticket.Id), found.Messages.Select(FactOf).ToDictionary(message => message.Id));

    private static TicketFact FactOf((Ticket Ticket, RequesterView Requester) row) => new(
        row.Ticket.Id, TicketView.ReferenceOf(row.Ticket.Number), row.Ticket.Subject, row.Ticket.StatusId, row.Ticket.Priority,
        row.Ticket.QueueId, row.Ticket.AssigneeId, row.Requester.Id, row.Requester.Name, row.Requester.Email);

    private static MessageFact FactOf(MessageView message) => new(message.Id, message.Author, message.BodyMd, message.IsInternal);
}
