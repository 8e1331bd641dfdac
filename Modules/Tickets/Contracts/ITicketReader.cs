namespace Helpdesk.Tickets.Contracts;

/// <summary>What other modules may read of tickets outside any request, within one tenant. Both environments are seen.</summary>
public interface ITicketReader
{
    /// <summary>Tickets and entries of threads by their ids, in one round trip; ids that the tenant does not have are left out.</summary>
    Task<TicketFacts> ReadAsync(long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct);

    /// <summary>
    /// The same, but what this process read of these tickets up to a second ago will do: consumers of the event log that follow each other need
    /// not read them again each.
    /// </summary>
    Task<TicketFacts> ReadRecentAsync(long tenantId, long[] ticketIds, long[] messageIds, CancellationToken ct);

    /// <summary>Whether the tenant has a requester with this id.</summary>
    Task<bool> HasRequesterAsync(long tenantId, long requesterId, CancellationToken ct);
}

/// <summary>Tickets and entries of their threads, each by its id.</summary>
/// <param name="Tickets">The tickets, as they are now.</param>
/// <param name="Messages">The entries.</param>
public sealed record TicketFacts(IReadOnlyDictionary<long, TicketFact> Tickets, IReadOnlyDictionary<long, MessageFact> Messages);

/// <summary>A ticket, as far as other modules tell of it.</summary>
/// <param name="Id">The ticket's id.</param>
/// <param name="Reference">Its name for people, such as <c>HD-000042</c>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="StatusId">Where it stands: the id of one of the tenant's statuses.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="QueueId">The queue that it waits in.</param>
/// <param name="AssigneeId">The agent who answers for it, if any.</param>
/// <param name="RequesterId">Who asks.</param>
/// <param name="RequesterName">That person's full name.</param>
/// <param name="RequesterEmail">That person's address, lower case.</param>
public sealed record TicketFact(
    long Id, string Reference, string Subject, long StatusId, Priority Priority, long QueueId, long? AssigneeId, long RequesterId,
    string RequesterName, string RequesterEmail);

/// <summary>A message or note, as far as other modules tell of it.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="BodyMd">The text in Markdown, as it was sent.</param>
/// <param name="IsInternal">Whether the requester must never see it.</param>
public sealed record MessageFact(long Id, Author Author, string BodyMd, bool IsInternal);
