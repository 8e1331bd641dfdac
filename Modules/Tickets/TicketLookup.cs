namespace Helpdesk.Tickets;

/// <summary>What was found of tickets and entries of their threads.</summary>
internal sealed record FoundTickets(IReadOnlyList<(Ticket Ticket, RequesterView Requester)> Tickets, IReadOnlyList<MessageView> Messages);

/// <summary>Reads the tickets and messages that events name, of both environments, in one round trip.</summary>
internal sealed class TicketLookup(Database database, TimeProvider clock)
{
    private const string TicketsSql = $"select {Ticket.Columns} from {Ticket.Tables} where t.tenant_id = @TenantId and t.id = any(@TicketIds)";

    private const string MessagesSql =
        $"select {MessageView.Columns} from tickets.message m where m.tenant_id = @TenantId and m.id = any(@MessageIds)";

    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    // The last answers for some tenants: as many as are likely to be worked on at once, and not one for each tenant that there is.
    private readonly Answer?[] _recent = new Answer?[8];

    /// <summary>Those that there are, as they are now.</summary>
    public async Task<FoundTickets> ReadAsync(long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct)
    {
        var args = new { TenantId = tenantId, TicketIds = ticketIds, MessageIds = messageIds };
        var at = clock.GetTimestamp();
        var found = await TenantDb.For(database, tenantId).ReadAsync(
            [new(TicketsSql, args), new(MessagesSql, args)],
            async rows => new FoundTickets(
                await rows.ListAsync(Ticket.Read, ticketIds.Length, ct), await rows.ListAsync(MessageView.Read, messageIds.Length, ct)),
            ct);
        _recent[PlaceOf(tenantId)] = new(tenantId, ticketIds, messageIds, found, at);
        return found;
    }

    /// <summary>Those that there are, when they are among what was read last for the tenant, within a second; else null.</summary>
    public FoundTickets? Recent(long tenantId, long[] ticketIds, long[] messageIds) =>
        _recent[PlaceOf(tenantId)] is { } recent && recent.TenantId == tenantId && clock.GetElapsedTime(recent.At) < Memory
            && ticketIds.All(recent.TicketIds.Contains) && messageIds.All(recent.MessageIds.Contains)
                ? recent.Found
                : null;

    private int PlaceOf(long tenantId) => (int)((ulong)tenantId.GetHashCode() % (ulong)_recent.Length);

    private sealed class Answer(long tenantId, long[] ticketIds, long[] messageIds, FoundTickets found, long at)
    {
        public long TenantId => tenantId;
        public HashSet<long> TicketIds { get; } = [.. ticketIds];
        public HashSet<long> MessageIds { get; } = [.. messageIds];
        public FoundTickets Found => found;
        public long At => at;
    }
}
