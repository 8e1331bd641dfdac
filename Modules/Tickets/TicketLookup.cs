namespace Helpdesk.Tickets;

/// <summary>Reads the tickets and messages that events name, of both environments, in one round trip.</summary>
internal sealed class TicketLookup(Database database)
{
    private const string TicketsSql = $"select {Ticket.Columns} from {Ticket.Tables} where t.tenant_id = @TenantId and t.id = any(@TicketIds)";

    private const string MessagesSql =
        $"select {MessageView.Columns} from tickets.message m where m.tenant_id = @TenantId and m.id = any(@MessageIds)";

    /// <summary>Those that there are.</summary>
    public Task<(List<(Ticket Ticket, RequesterView Requester)> Tickets, List<MessageView> Messages)> ReadAsync(
        long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct)
    {
        var args = new { TenantId = tenantId, TicketIds = ticketIds, MessageIds = messageIds };
        return TenantDb.For(database, tenantId).ReadAsync([new(TicketsSql, args), new(MessagesSql, args)], async rows => (
            await rows.ListAsync(Ticket.Read, ticketIds.Length, ct), await rows.ListAsync(MessageView.Read, messageIds.Length, ct)), ct);
    }
}
