namespace Helpdesk.SharedKernel.Events;

/// <summary>
/// What programs outside may learn of a module's events, by webhooks and by the list of events (mobieus 7). Implemented by the module whose
/// events they are, since it alone knows how its things look; found by scanning.
/// </summary>
public interface IPublishedEvents
{
    /// <summary>The names of the events that are published.</summary>
    IReadOnlyCollection<string> Types { get; }

    /// <summary>Writes the <c>data</c> of events, as JSON: the things as they are now, and what the event itself says.</summary>
    /// <param name="tenantId">The tenant whose events they are.</param>
    /// <param name="events">Events of these types only.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>By event id. An event whose thing is not there any more is left out, and is not published.</returns>
    Task<IReadOnlyDictionary<long, string>> DescribeAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct);
}
