namespace Helpdesk.Tickets.Contracts;

/// <summary>What people wrote in tickets, in the caller's tenant and environment; for modules that read texts and not only tell of them.</summary>
public interface ITicketThreads
{
    /// <summary>Of a long thread, so many of the oldest entries are read, and twice as many of the newest.</summary>
    const int OldestEntries = 40;

    /// <summary>
    /// A ticket and what was written in it; null when the caller has no such ticket. One round trip. System entries are left out, and
    /// of an entry what follows its first 20,000 characters.
    /// </summary>
    Task<TicketThread?> FindAsync(long ticketId, CancellationToken ct);

    /// <summary>
    /// How requesters opened their tickets, newest ticket first: the oldest public message that is a requester's own. Tickets without one
    /// are left out, and of a text what follows its first 600 characters. Each is handed over as it is read and then forgotten, so that tens of thousands fit.
    /// </summary>
    /// <param name="since">Only tickets made at this time or later.</param>
    /// <param name="most">So many tickets at most.</param>
    /// <param name="keep">Makes of each what the caller keeps.</param>
    /// <param name="ct">Stops the reading.</param>
    Task<IReadOnlyList<T>> FirstMessagesAsync<T>(DateTime since, int most, Func<FirstMessage, T> keep, CancellationToken ct);
}

/// <summary>A ticket with what people wrote in it.</summary>
/// <param name="Id">The ticket's id.</param>
/// <param name="Reference">Its name for people, such as <c>HD-000042</c>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="StatusId">Where it stands.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="QueueId">The queue that it waits in.</param>
/// <param name="HelpTopicId">Its help topic, if any.</param>
/// <param name="AssigneeId">The agent who answers for it, if any.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Entries">Messages and notes, oldest first.</param>
/// <param name="LeftOut">How many entries between the oldest 40 and the others are not here.</param>
public sealed record TicketThread(
    long Id, string Reference, string Subject, long StatusId, Priority Priority, long QueueId, long? HelpTopicId, long? AssigneeId,
    DateTime CreatedAt, IReadOnlyList<ThreadEntry> Entries, int LeftOut);

/// <summary>A message or note of a thread.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="AuthorKind">What sort of author.</param>
/// <param name="AuthorName">The author's name for people.</param>
/// <param name="Text">The text in Markdown, cut where it is very long.</param>
/// <param name="IsInternal">Whether the requester must never see it.</param>
/// <param name="CreatedAt">When it was written.</param>
public sealed record ThreadEntry(long Id, ActorKind AuthorKind, string AuthorName, string Text, bool IsInternal, DateTime CreatedAt);

/// <summary>How a requester opened a ticket.</summary>
/// <param name="TicketId">The ticket's id.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="Subject">What the ticket is about.</param>
/// <param name="Text">The beginning of the message.</param>
/// <param name="IsUnresolved">Whether the ticket is neither resolved nor closed.</param>
public sealed record FirstMessage(long TicketId, long MessageId, string Subject, string Text, bool IsUnresolved);
