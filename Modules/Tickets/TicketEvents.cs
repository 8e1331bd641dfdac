namespace Helpdesk.Tickets;

/// <summary>Something happened to a ticket.</summary>
/// <param name="Key">The event's name.</param>
/// <param name="Ticket">The ticket's id.</param>
public abstract record TicketEvent(string Key, long Ticket) : DomainEvent(Key, "ticket", Ticket)
{
    /// <inheritdoc/>
    public override long? TicketId => Ticket;
}

/// <summary>A ticket came in.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="MessageId">Its first message.</param>
/// <param name="RequesterId">Who asks.</param>
/// <param name="AssigneeId">Who got it at once, if anybody.</param>
/// <param name="IsBlocked">Whether its sender is blocked, so that nobody is told.</param>
public sealed record TicketCreated(long Ticket, long MessageId, long RequesterId, long? AssigneeId, bool IsBlocked)
    : TicketEvent("ticket.created", Ticket)
{
    /// <inheritdoc/>
    public override object Payload => IsBlocked
        ? new { MessageId, RequesterId, AssigneeId, IsBlocked }
        : new { MessageId, RequesterId, AssigneeId };
}

/// <summary>Fields of a ticket changed for which there is no event of their own.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="Fields">The fields before and after.</param>
public sealed record TicketUpdated(long Ticket, IReadOnlyDictionary<string, Change> Fields) : TicketEvent("ticket.updated", Ticket)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Fields;
}

/// <summary>A public message joined the thread.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="MessageId">The message.</param>
/// <param name="By">Who wrote it.</param>
public sealed record TicketReplied(long Ticket, long MessageId, ActorKind By) : TicketEvent("ticket.replied", Ticket)
{
    /// <inheritdoc/>
    public override object Payload => new { MessageId, AuthorKind = By };
}

/// <summary>An internal note joined the thread.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="MessageId">The note.</param>
public sealed record TicketNoteAdded(long Ticket, long MessageId) : TicketEvent("ticket.note_added", Ticket)
{
    /// <inheritdoc/>
    public override object Payload => new { MessageId };
}

/// <summary>A ticket's status changed.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="From">The key of the status before.</param>
/// <param name="To">The key of the status after.</param>
/// <param name="MessageId">The message or note that it came with, if any: who was told of that need not be told again.</param>
public sealed record TicketStatusChanged(long Ticket, string From, string To, long? MessageId) : TicketEvent("ticket.status_changed", Ticket)
{
    /// <inheritdoc/>
    public override object? Payload => MessageId is null ? null : new { MessageId };

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => new Dictionary<string, Change> { ["status"] = new(From, To) };
}

/// <summary>A ticket went to another agent, or to none.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="From">The agent before.</param>
/// <param name="To">The agent after.</param>
/// <param name="IsBlocked">Whether its sender is blocked, so that nobody is told.</param>
public sealed record TicketAssigned(long Ticket, long? From, long? To, bool IsBlocked = false) : TicketEvent("ticket.assigned", Ticket)
{
    /// <inheritdoc/>
    public override object? Payload => IsBlocked ? new { IsBlocked } : null;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => new Dictionary<string, Change> { ["assignee_id"] = new(From, To) };
}

/// <summary>A ticket went to another queue.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="From">The queue before.</param>
/// <param name="To">The queue after.</param>
public sealed record TicketQueueMoved(long Ticket, long From, long To) : TicketEvent("ticket.queue_moved", Ticket)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => new Dictionary<string, Change> { ["queue_id"] = new(From, To) };
}

/// <summary>A ticket got tags.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="Tags">The slugs of the new ones.</param>
public sealed record TicketTagged(long Ticket, string[] Tags) : TicketEvent("ticket.tagged", Ticket)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => new Dictionary<string, Change> { ["tags"] = new(null, Tags) };
}

/// <summary>A ticket lost tags.</summary>
/// <param name="Ticket">The ticket's id.</param>
/// <param name="Tags">The slugs of the lost ones.</param>
public sealed record TicketUntagged(long Ticket, string[] Tags) : TicketEvent("ticket.untagged", Ticket)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => new Dictionary<string, Change> { ["tags"] = new(Tags, null) };
}
