using System.Collections.Concurrent;

namespace Helpdesk.Tickets;

/// <summary>What was found of tickets and entries of their threads.</summary>
internal sealed record FoundTickets(IReadOnlyList<(Ticket Ticket, RequesterView Requester)> Tickets, IReadOnlyList<MessageView> Messages);

/// <summary>Reads the tickets and messages that events name, of both environments, in one round trip.</summary>
internal sealed class TicketLookup(Database database, TimeProvider clock)
{
    private const string TicketsSql = $"select {Ticket.Columns} from {Ticket.Tables} where t.tenant_id = @TenantId and t.id = any(@TicketIds)";

    private const string MessagesSql =
        $"select {MessageView.Columns} from tickets.message m where m.tenant_id = @TenantId and m.id = any(@MessageIds)";

    // As many tenants as are likely to be worked on at once.
    private const int Most = 8;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Answer> _left = new();

    /// <summary>Those that there are, as they are now.</summary>
    public Task<FoundTickets> ReadAsync(long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct)
    {
        var args = new { TenantId = tenantId, TicketIds = ticketIds, MessageIds = messageIds };
        return TenantDb.For(database, tenantId).ReadAsync(
            [new(TicketsSql, args), new(MessagesSql, args)],
            async rows => new FoundTickets(
                await rows.ListAsync(Ticket.Read, ticketIds.Length, ct), await rows.ListAsync(MessageView.Read, messageIds.Length, ct)),
            ct);
    }

    /// <summary>The same, and leaves it for whoever wants the same tickets within a second.</summary>
    public async Task<FoundTickets> ReadAndLeaveAsync(long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct)
    {
        var at = clock.GetTimestamp();
        var found = await ReadAsync(tenantId, ticketIds, messageIds, ct);
        if (_left.Count >= Most)
            _left.Clear();
        _left[tenantId] = new(ticketIds, messageIds, found, at);
        return found;
    }

    /// <summary>What was left for the tenant, when these are among it; else null. It is gone then.</summary>
    public FoundTickets? Take(long tenantId, long[] ticketIds, long[] messageIds) =>
        _left.TryRemove(tenantId, out var left) && clock.GetElapsedTime(left.At) < Memory
            && !ticketIds.Except(left.TicketIds).Any() && !messageIds.Except(left.MessageIds).Any()
                ? left.Found
                : null;

    private sealed record Answer(long[] TicketIds, long[] MessageIds, FoundTickets Found, long At);
}
