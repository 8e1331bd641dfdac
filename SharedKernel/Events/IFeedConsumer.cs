namespace Helpdesk.SharedKernel.Events;

/// <summary>An event as consumers see it.</summary>
/// <param name="Seq">Its number in the tenant's feed; without gaps.</param>
/// <param name="Id">The event's id.</param>
/// <param name="EventKey">Its name.</param>
/// <param name="ActorKind">Who did it, as a <see cref="Tenancy.ActorKind"/>.</param>
/// <param name="ActorId">The id of the key, agent or requester.</param>
/// <param name="ActorLabel">A name for people.</param>
/// <param name="IsTest">Whether it belongs to the test environment.</param>
/// <param name="SubjectType">What sort of thing it happened to.</param>
/// <param name="SubjectId">The thing's id.</param>
/// <param name="TicketId">The ticket it belongs to, if any.</param>
/// <param name="Changes">JSON: field to <c>from</c> and <c>to</c>.</param>
/// <param name="Payload">JSON: facts of this sort of event.</param>
/// <param name="At">When it happened.</param>
public sealed record FeedEvent(
    long Seq, long Id, string EventKey, short ActorKind, long ActorId, string ActorLabel, bool IsTest,
    string SubjectType, long SubjectId, long? TicketId, string? Changes, string? Payload, DateTime At);

/// <summary>
/// Reads every tenant's events in order, some time after they were committed. May see an event again after a crash, so it must be
/// idempotent by event id; an exception makes it see the same events again later.
/// </summary>
public interface IFeedConsumer
{
    /// <summary>Names its place in the feeds; never rename.</summary>
    string Name { get; }

    /// <summary>Handles the next events of one tenant. No transaction is open meanwhile.</summary>
    Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct);
}
