using System.Collections.Concurrent;

namespace Helpdesk.Tickets;

/// <summary>
/// What was asked for lately: when the young half is full, the old half is let go and the young one grows old. What is asked for again in
/// time grows young again.
/// </summary>
/// <param name="half">The weight that fills a half.</param>
internal sealed class Recent<TKey, TValue>(long half) where TKey : notnull where TValue : class
{
    private ConcurrentDictionary<TKey, Kept> _young = new();
    private ConcurrentDictionary<TKey, Kept> _old = new();
    private int[]? _marks;
    private long _weight;

    /// <summary>What was kept, if it is still there.</summary>
    public TValue? Find(TKey key)
    {
        if (_young.TryGetValue(key, out var kept))
            return kept.Value;
        if (!_old.TryGetValue(key, out kept))
            return null;
        Keep(key, kept.Value, kept.Weight);
        return kept.Value;
    }

    /// <summary>Keeps a value, in place of what was kept under the key.</summary>
    public void Keep(TKey key, TValue value, int weight = 1)
    {
        var before = _young.TryGetValue(key, out var kept) ? kept.Weight : 0;
        _young[key] = new(value, weight);
        if (Interlocked.Add(ref _weight, weight - before) < half)
            return;
        // Two that come here together cost some of what was remembered, and nothing else.
        Interlocked.Exchange(ref _weight, 0);
        _old = _young;
        _young = new();
    }

    /// <summary>Lets go of what is kept under the key.</summary>
    public void Forget(TKey key)
    {
        _old.TryRemove(key, out _);
        if (_young.TryRemove(key, out var kept))
            Interlocked.Add(ref _weight, -kept.Weight);
    }

    /// <summary>
    /// Whether the same was asked lately: most of what is read is never read again, and keeping it would only make work. May be wrong now and then, in
    /// both directions; it only decides what is kept.
    /// </summary>
    /// <param name="key">Under which it would be kept.</param>
    /// <param name="state">A hash of what tells it from what it was before.</param>
    public bool IsAskedAgain(TKey key, int state)
    {
        var marks = _marks ??= new int[1 << 16];
        var hash = key.GetHashCode();
        ref var mark = ref marks[hash & (marks.Length - 1)];
        var now = HashCode.Combine(hash, state);
        if (mark == now)
            return true;
        mark = now;
        return false;
    }

    private readonly record struct Kept(TValue Value, int Weight);
}
