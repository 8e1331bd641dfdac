using System.Collections.Concurrent;

namespace Helpdesk.Tickets;

/// <summary>
/// Searches that this process lately found to match very many tickets, with how many. Gathering them all takes the database some hundred
/// times as long as reading a page of the newest, so their total is counted once a minute and the first page is read without it.
/// </summary>
internal sealed class CommonSearches(TimeProvider clock)
{
    /// <summary>Tickets that make a search a common one.</summary>
    public const long From = 1_000;

    private const int Most = 10_000;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<CommonSearch, Known> _known = new();

    /// <summary>How many tickets match, counted within the last minute; null when that is not known or is no common search.</summary>
    public long? Find(CommonSearch search) =>
        _known.TryGetValue(search, out var known) && known is { IsWalked: true } && known.Until > clock.GetUtcNow() ? known.Total : null;

    /// <summary>Remembers the total, where it makes the search a common one.</summary>
    public void Keep(CommonSearch search, long total)
    {
        var now = clock.GetUtcNow();
        if (total < From || (_known.TryGetValue(search, out var known) && known.Until > now))
            return;
        if (_known.Count >= Most)
            _known.Clear();
        _known[search] = new(total, IsWalked: true, now + Memory);
    }

    /// <summary>The newest messages have too few of the words: a walk through them is not worth trying for a while.</summary>
    public void DoNotWalk(CommonSearch search) => _known[search] = new(0, IsWalked: false, clock.GetUtcNow() + Memory);

    private sealed record Known(long Total, bool IsWalked, DateTimeOffset Until);
}

/// <summary>A search without other filters. The words carry the sign of their environment.</summary>
/// <param name="TenantId">Whose tickets.</param>
/// <param name="Words">The words, as the index knows them.</param>
/// <param name="Fragment">What a subject must have in it instead.</param>
internal sealed record CommonSearch(long TenantId, string Words, string Fragment);
