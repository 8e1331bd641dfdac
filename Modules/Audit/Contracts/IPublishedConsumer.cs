namespace Helpdesk.Audit.Contracts;

/// <summary>
/// Hears of events after they were written to the list of published events, in the order of the feed. May hear of an event again after a
/// crash, so it must be idempotent by event id; an exception makes it hear of the same events again later, and holds up the list till then.
/// </summary>
public interface IPublishedConsumer
{
    /// <summary>Handles the next published events of one tenant; <see cref="IPublishedLog"/> has them by now. No transaction is open meanwhile.</summary>
    Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct);
}
