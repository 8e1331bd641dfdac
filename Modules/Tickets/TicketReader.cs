using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Tickets;

internal sealed class TicketReader(Database database) : ITicketReader
{
    private const string TicketsSql = $"select {Ticket.Columns} from {Ticket.Tables} where t.tenant_id = @TenantId and t.id = any(@TicketIds)";

    private const string MessagesSql =
        $"select {MessageView.Columns} from tickets.message m where m.tenant_id = @TenantId and m.id = any(@MessageIds)";

    private const string HasRequesterSql = """
        select exists (select from tickets.requester r where r.tenant_id = @TenantId and r.id = @RequesterId)
        """;

    public Task<TicketFacts> ReadAsync(long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct)
    {
        var args = new { TenantId = tenantId, TicketIds = ticketIds, MessageIds = messageIds };
        return TenantDb.For(database, tenantId).ReadAsync([new(TicketsSql, args), new(MessagesSql, args)], async rows => new TicketFacts(
            (await rows.ListAsync(Ticket.Read, ticketIds.Length, ct)).Select(FactOf).ToDictionary(ticket => ticket.Id),
            (await rows.ListAsync(MessageView.Read, messageIds.Length, ct)).Select(FactOf).ToDictionary(message => message.Id)), ct);
    }

    public Task<bool> HasRequesterAsync(long tenantId, long requesterId, CancellationToken ct) => TenantDb.For(database, tenantId)
        .SingleOrDefaultAsync<bool>(HasRequesterSql, new { TenantId = tenantId, RequesterId = requesterId }, ct);

    private static TicketFact FactOf((Ticket Ticket, RequesterView Requester) row) => new(
        row.Ticket.Id, TicketView.ReferenceOf(row.Ticket.Number), row.Ticket.Subject, row.Ticket.StatusId, row.Ticket.Priority,
        row.Ticket.QueueId, row.Ticket.AssigneeId, row.Requester.Id, row.Requester.Name, row.Requester.Email);

    private static MessageFact FactOf(MessageView message) => new(message.Id, message.Author, message.BodyMd, message.IsInternal);
}
