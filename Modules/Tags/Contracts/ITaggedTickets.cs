namespace Helpdesk.Tags.Contracts;

/// <summary>The tickets that carry tags; kept by the module that owns tickets.</summary>
public interface ITaggedTickets
{
    /// <summary>
    /// How many tickets of the caller's environment carry each of these tags; a tag that none carries may be missing. Sums that are kept
    /// as tickets change: no ticket is looked at.
    /// </summary>
    Task<IReadOnlyDictionary<long, long>> CountAsync(IReadOnlyCollection<long> tagIds, CancellationToken ct);
}
