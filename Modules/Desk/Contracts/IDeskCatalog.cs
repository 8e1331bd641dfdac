namespace Helpdesk.Desk.Contracts;

/// <summary>How the tenants' desks are set up. Answers come from memory.</summary>
public interface IDeskCatalog
{
    /// <summary>The desk of a tenant, as of its last change.</summary>
    ValueTask<DeskSetup> GetAsync(long tenantId);
}

/// <summary>The open tickets of queues and agents; kept by the module that owns tickets.</summary>
public interface IOpenTickets
{
    /// <summary>Tickets that are neither resolved, closed nor merged, by queue and by agent, in the caller's environment.</summary>
    Task<OpenTicketCounts> CountAsync(CancellationToken ct);
}

/// <summary>Open tickets; a queue or agent without any is not in the dictionary.</summary>
/// <param name="ByQueue">By the queue's id.</param>
/// <param name="ByAgent">By the agent's id.</param>
public sealed record OpenTicketCounts(IReadOnlyDictionary<long, long> ByQueue, IReadOnlyDictionary<long, long> ByAgent);
