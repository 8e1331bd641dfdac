namespace Helpdesk.Audit.Contracts;

/// <summary>The published events of tenants, as they were told once: what the list of events shows.</summary>
public interface IPublishedLog
{
    /// <summary>The events with these ids, by id. Those that are not published, or not kept any more, are left out.</summary>
    Task<IReadOnlyDictionary<long, PublishedEventView>> ReadAsync(long tenantId, long[] eventIds, CancellationToken ct);

    /// <summary>The events of a time, in the order of their numbers.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="isTest">Of which environment.</param>
    /// <param name="types">Only of these types.</param>
    /// <param name="since">From this time on.</param>
    /// <param name="until">Before this time.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="ct">Stops the reading.</param>
    Task<IReadOnlyList<PublishedName>> ListAsync(
        long tenantId, bool isTest, string[] types, DateTime since, DateTime until, int most, CancellationToken ct);
}

/// <summary>Names a published event.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Type">What happened.</param>
public sealed record PublishedName(long Id, string Type);
