namespace Helpdesk.Audit;

/// <summary>Follows a tenant's chain link by link and compares each with what it must be. Knows no database: the same for an exported file.</summary>
/// <param name="tenantId">The tenant whose chain it is.</param>
/// <param name="beforeId">Events with smaller ids may have been dropped by retention.</param>
/// <param name="previous">The link before the first that is looked at; null at the beginning.</param>
internal sealed class ChainCheck(long tenantId, long beforeId, Seal? previous)
{
    /// <summary>The last link that was found right.</summary>
    public Seal? Last { get; private set; } = previous;

    /// <summary>Links that were found right.</summary>
    public long Seals { get; private set; }

    /// <summary>Events that were found right.</summary>
    public long Events { get; private set; }

    /// <summary>Checks the link itself. The next one is compared with it.</summary>
    public AuditFault? Check(Seal seal)
    {
        var expected = Last is null ? seal.FirstSeq : Last.LastSeq + 1;
        if (seal.FirstSeq > expected)
            return new(AuditFaultKind.SealRemoved, expected, null, $"The numbers {expected} to {seal.FirstSeq - 1} have no seal.");
        if (seal.FirstSeq < expected || seal.LastSeq < seal.FirstSeq)
            return new(AuditFaultKind.SealChanged, seal.FirstSeq, null, $"The seal at {seal.FirstSeq} covers numbers of another.");
        if (!seal.ExpectedHash(tenantId, Last?.Hash ?? Seal.Origin).AsSpan().SequenceEqual(seal.Hash))
        {
            return Last is null && seal.FirstSeq > 1
                ? new(AuditFaultKind.SealRemoved, 1, null, $"The seals before {seal.FirstSeq} are gone, or it was changed.")
                : new(AuditFaultKind.SealChanged, seal.FirstSeq, null, $"The seal of {seal.FirstSeq} to {seal.LastSeq} was changed, or does not follow from the one before.");
        }

        if (seal.Members is null ? seal.NewestId >= beforeId : !seal.HasItsMembers())
            return new(AuditFaultKind.SealChanged, seal.FirstSeq, null, $"The seal of {seal.FirstSeq} to {seal.LastSeq} has lost what it says of its events.");
        Last = seal;
        Seals++;
        return null;
    }

    /// <summary>Compares the events with the link that covers them.</summary>
    /// <param name="seal">A link that was found right.</param>
    /// <param name="feed">Which event has a number now; null where only the events are at hand.</param>
    /// <param name="events">The events that are there, by id.</param>
    public AuditFault? CheckEvents(Seal seal, IReadOnlyDictionary<long, long>? feed, IReadOnlyDictionary<long, LogRow> events)
    {
        if (seal.Members is null)
            return null;
        for (var seq = seal.FirstSeq; seq <= seal.LastSeq; seq++)
        {
            var place = (int)(seq - seal.FirstSeq);
            var id = seal.IdAt(place);
            if (seal.WasGoneAt(place))
                return new(AuditFaultKind.EventRemoved, seq, id == 0 ? null : id, $"Event {seq} was removed before it could be sealed.");
            var mayBeDropped = id < beforeId;
            if (!events.TryGetValue(id, out var row))
            {
                if (!mayBeDropped)
                    return new(AuditFaultKind.EventRemoved, seq, id, $"Event {id}, number {seq}, was removed.");
                continue;
            }

            if (!seal.Matches(place, row))
                return new(AuditFaultKind.EventChanged, seq, id, $"Event {id}, number {seq}, was changed.");
            if (feed is not null && !(feed.TryGetValue(seq, out var present) ? present == id : mayBeDropped))
                return new(AuditFaultKind.EventMoved, seq, id, $"Event {id} has lost its number {seq} in the feed.");
            Events++;
        }

        return null;
    }
}
