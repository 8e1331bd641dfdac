using System.Collections.Concurrent;
using Dapper;

namespace Helpdesk.Access;

/// <summary>The tenants by host label and by id, from memory; a change of a tenant is heard on every node.</summary>
internal sealed class TenantDirectory : ITenantDirectory
{
    public const string Topic = "access";

    // Unknown labels are not kept: they would let strangers fill the memory.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestUnheard = TimeSpan.FromSeconds(1);

    private const string FindSql = """
        select id, slug, name, plan, rate_per_minute, rate_per_hour, allowed_origins from access.find_tenant(@Slug, @Id)
        """;

    private readonly ConcurrentDictionary<string, Entry> _bySlug = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<long, Entry> _byId = new();
    private readonly Database _database;
    private readonly Signals _signals;
    private long _changes;

    public TenantDirectory(Database database, Signals signals)
    {
        (_database, _signals) = (database, signals);
        signals.Received += (topic, _) =>
        {
            if (topic is not (null or Topic))
                return;
            Interlocked.Increment(ref _changes);
            _bySlug.Clear();
            _byId.Clear();
        };
    }

    public ValueTask<Tenant?> FindAsync(string slug, CancellationToken ct) =>
        _bySlug.TryGetValue(slug, out var entry) && IsFresh(entry) ? new(entry.Tenant) : new(LoadAsync(slug.ToLowerInvariant(), null, ct));

    public ValueTask<Tenant?> FindAsync(long id, CancellationToken ct) =>
        _byId.TryGetValue(id, out var entry) && IsFresh(entry) ? new(entry.Tenant) : new(LoadAsync(null, id, ct));

    private bool IsFresh(Entry entry) =>
        Environment.TickCount64 - entry.LoadedAt < (_signals.IsListening ? Longest : LongestUnheard).TotalMilliseconds;

    private async Task<Tenant?> LoadAsync(string? slug, long? id, CancellationToken ct)
    {
        var changes = Interlocked.Read(ref _changes);
        await using var connection = await _database.OpenAsync(ct);
        var tenant = await connection.QuerySingleOrDefaultAsync<Tenant>(
            new CommandDefinition(FindSql, new { Slug = slug, Id = id }, cancellationToken: ct));
        if (tenant is null)
            return null;
        var entry = new Entry(tenant, Environment.TickCount64);
        _bySlug[tenant.Slug] = entry;
        _byId[tenant.Id] = entry;
        // Word that came while the row was on its way may have been of this tenant: then what was read must not stay.
        if (Interlocked.Read(ref _changes) != changes)
        {
            _bySlug.TryRemove(new(tenant.Slug, entry));
            _byId.TryRemove(new(tenant.Id, entry));
        }

        return tenant;
    }

    private sealed record Entry(Tenant Tenant, long LoadedAt);
}
