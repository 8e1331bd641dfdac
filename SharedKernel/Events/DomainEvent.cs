namespace Helpdesk.SharedKernel.Events;

/// <summary>
/// Something that happened to one thing of a tenant. Appended to the event log in the transaction that made it happen; audit,
/// notifications, webhooks and streams all read it from there.
/// </summary>
/// <param name="Key">Its name, such as <c>ticket.created</c> (mobieus 6.8). Part of the API: add, never rename.</param>
/// <param name="SubjectType">What sort of thing it happened to, such as <c>ticket</c>.</param>
/// <param name="SubjectId">The thing's id.</param>
public abstract record DomainEvent(string Key, string SubjectType, long SubjectId)
{
    /// <summary>The ticket it belongs to, if any.</summary>
    public virtual long? TicketId => null;

    /// <summary>The fields that changed, each with the value before and after; empty for creations and deletions.</summary>
    public virtual IReadOnlyDictionary<string, Change> Changes => NoChanges;

    /// <summary>Facts that a consumer needs and cannot look up later; null for none. Written as JSON in snake case.</summary>
    public virtual object? Payload => null;

    private static readonly Dictionary<string, Change> NoChanges = [];
}

/// <summary>One field before and after.</summary>
/// <param name="From">The value before.</param>
/// <param name="To">The value after.</param>
public sealed record Change(object? From, object? To)
{
    /// <summary>The fields whose values differ, in the order given; lists of texts are compared by their entries.</summary>
    public static IReadOnlyDictionary<string, Change> Between(params ReadOnlySpan<(string Name, object? From, object? To)> fields)
    {
        var changes = new Dictionary<string, Change>();
        foreach (var (name, from, to) in fields)
        {
            var same = from is string[] before && to is string[] after ? before.AsSpan().SequenceEqual(after) : Equals(from, to);
            if (!same)
                changes[name] = new(from, to);
        }

        return changes;
    }
}
