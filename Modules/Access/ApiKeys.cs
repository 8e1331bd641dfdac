using System.Collections.Concurrent;
using System.Net;
using Dapper;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.Access;

/// <summary>
/// The API keys in use, by the hash of their text. A revocation is heard on every node and takes the key out at once; while a node hears
/// nothing, it asks the database at least every second.
/// </summary>
internal sealed class ApiKeys : IApiKeys
{
    private const int MostUnknown = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestUnheard = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestUnknown = TimeSpan.FromSeconds(2);

    private const string FindSql = """
        select id, tenant_id, label, environment, dialect, scopes, rate_per_minute, rate_per_hour, owner_name, owner_email, expires_at
        from access.find_key(@Hash)
        """;

    private readonly ConcurrentDictionary<KeyHash, Entry> _known = new();
    private readonly ConcurrentDictionary<KeyHash, long> _unknown = new();
    private readonly Database _database;
    private readonly Signals _signals;
    private readonly TimeProvider _clock;
    private readonly LastUsed _lastUsed;
    private long _changes;

    public ApiKeys(Database database, Signals signals, TimeProvider clock, LastUsed lastUsed)
    {
        (_database, _signals, _clock, _lastUsed) = (database, signals, clock, lastUsed);
        signals.Received += (topic, tenantId) =>
        {
            if (topic is not (null or TenantDirectory.Topic))
                return;
            Interlocked.Increment(ref _changes);
            _unknown.Clear();
            // Other tenants' keys stay: looking them all up again would be a wave of queries for one change.
            foreach (var (hash, entry) in _known)
            {
                if (topic is null || entry.Key.TenantId == tenantId)
                    _known.TryRemove(hash, out _);
            }
        };
    }

    public ApiKey? Remembered(Dialect dialect, string token)
    {
        if (!KeyText.IsWellFormed(dialect.Keys, token) || !_known.TryGetValue(new KeyHash(token), out var entry))
            return null;
        var longest = _signals.IsListening ? Longest : LongestUnheard;
        return Environment.TickCount64 - entry.LoadedAt < longest.TotalMilliseconds && !IsExpired(entry.Key) ? entry.Key : null;
    }

    public async ValueTask<ApiKey?> FindAsync(Dialect dialect, string token, CancellationToken ct)
    {
        if (!KeyText.IsWellFormed(dialect.Keys, token))
            return null;
        var hash = new KeyHash(token);
        if (_unknown.TryGetValue(hash, out var until) && Environment.TickCount64 < until)
            return null;

        Telemetry.KeysMissed.Add(1);
        var changes = Interlocked.Read(ref _changes);
        await using var connection = await _database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            new CommandDefinition(FindSql, new { Hash = KeyText.Hash(token) }, cancellationToken: ct));
        if (row is null || row.Dialect != dialect.Name)
        {
            if (_unknown.Count >= MostUnknown)
                _unknown.Clear();
            _unknown[hash] = Environment.TickCount64 + (long)LongestUnknown.TotalMilliseconds;
            if (Interlocked.Read(ref _changes) != changes)
                _unknown.TryRemove(hash, out _);
            return null;
        }

        var key = row.ToKey(dialect);
        var entry = new Entry(key, Environment.TickCount64);
        _known[hash] = entry;
        // Word that came while the row was on its way may have been of this key's end: then it must not stay.
        if (Interlocked.Read(ref _changes) != changes)
            _known.TryRemove(new(hash, entry));
        return IsExpired(key) ? null : key;
    }

    public void Used(ApiKey key, IPAddress? address) => _lastUsed.Note(key, address, _clock.GetUtcNow().UtcDateTime);

    private bool IsExpired(ApiKey key) => key.ExpiresAt is { } expiry && expiry <= _clock.GetUtcNow().UtcDateTime;

    private sealed record Entry(ApiKey Key, long LoadedAt);

    private sealed record Row(
        long Id, long TenantId, string Label, string Environment, string Dialect, string[] Scopes, int? RatePerMinute, int? RatePerHour,
        string OwnerName, string OwnerEmail, DateTime? ExpiresAt)
    {
        public ApiKey ToKey(Dialect dialect)
        {
            var owner = new Person(OwnerName, OwnerEmail);
            var caller = new Caller(ActorKind.Api, Id, Label, dialect.Scopes.Granted(Scopes), Environment == "test", owner);
            return new ApiKey(Id, TenantId, caller, RatePerMinute, RatePerHour, ExpiresAt);
        }
    }

    /// <summary>SHA-256 as a value that can be looked up.</summary>
    private readonly record struct KeyHash(UInt128 High, UInt128 Low)
    {
        public KeyHash(string token) : this(default, default)
        {
            var hash = KeyText.Hash(token);
            High = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
            Low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash.AsSpan(16));
        }
    }
}
