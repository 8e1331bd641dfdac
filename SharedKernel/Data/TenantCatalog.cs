using System.Collections.Concurrent;
using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// A small, slowly changing part of a tenant's data, kept in memory: queues, agents, tags. A change forgets it on every node at once;
/// the next request reads it again.
/// </summary>
/// <typeparam name="T">What is kept, as one immutable object.</typeparam>
public abstract class TenantCatalog<T> where T : class
{
    // The fallback for word that was lost without anybody noticing.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestUnheard = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Entry> _entries = new();
    private readonly Database _database;
    private readonly Signals _signals;
    private readonly string _topic;

    /// <summary>A catalog that forgets a tenant when word of the topic comes.</summary>
    protected TenantCatalog(Database database, Signals signals, string topic)
    {
        (_database, _signals, _topic) = (database, signals, topic);
        signals.Received += (heard, tenantId) =>
        {
            if (heard is null)
                _entries.Clear();
            else if (heard == topic)
                _entries.TryRemove(tenantId, out _);
        };
    }

    /// <summary>What the tenant has, as of its last change.</summary>
    public ValueTask<T> GetAsync(long tenantId)
    {
        if (_entries.TryGetValue(tenantId, out var entry) && IsFresh(entry))
            return entry.Loading.IsCompletedSuccessfully ? new(entry.Loading.Result) : new(entry.Loading);
        return new(ReloadAsync(tenantId));
    }

    /// <summary>Adds to the transaction the word that the caller's tenant changed.</summary>
    public void Changed(TenantDb db) => _signals.Enqueue(db, _topic);

    /// <summary>Reads it from the database.</summary>
    protected abstract Task<T> LoadAsync(TenantDb db, CancellationToken ct);

    private bool IsFresh(Entry entry) =>
        Environment.TickCount64 - entry.LoadedAt < (_signals.IsListening ? Longest : LongestUnheard).TotalMilliseconds;

    private Task<T> ReloadAsync(long tenantId)
    {
        // Many requests may miss at once: one loads, all wait for it. A load that fails is not kept.
        var started = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var mine = new Entry(started.Task, Environment.TickCount64);
        var kept = _entries.AddOrUpdate(tenantId, mine, (_, present) => IsFresh(present) ? present : mine);
        if (kept == mine)
            _ = LoadIntoAsync(started, tenantId, mine);
        return kept.Loading;
    }

    private async Task LoadIntoAsync(TaskCompletionSource<T> started, long tenantId, Entry entry)
    {
        Telemetry.CatalogReloads.Add("catalog", _topic);
        try
        {
            started.SetResult(await LoadAsync(TenantDb.For(_database, tenantId), CancellationToken.None));
        }
        catch (Exception exception)
        {
            _entries.TryRemove(new(tenantId, entry));
            started.SetException(exception);
        }
    }

    private sealed record Entry(Task<T> Loading, long LoadedAt);
}
