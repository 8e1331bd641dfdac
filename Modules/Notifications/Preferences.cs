namespace Helpdesk.Notifications;

/// <summary>The preferences of some people of one tenant, and the tenant's defaults.</summary>
internal sealed class Preferences(IEnumerable<Preferences.Row> rows)
{
    // Each part stands on the primary key, so that people without a preference of their own cost nothing.
    private const string ReadSql = """
        select p.scope, p.scope_id, p.event_key, p.channel, p.enabled from notifications.pref p
        where p.tenant_id = @TenantId and p.scope = 0 and p.scope_id = 0
        union all
        select p.scope, p.scope_id, p.event_key, p.channel, p.enabled from notifications.pref p
        where p.tenant_id = @TenantId and p.scope = 1 and p.scope_id = any(@Agents)
        union all
        select p.scope, p.scope_id, p.event_key, p.channel, p.enabled from notifications.pref p
        where p.tenant_id = @TenantId and p.scope = 2 and p.scope_id = any(@Requesters)
        """;

    private readonly Dictionary<(PrefScope, long, string, Channel), bool> _rows =
        rows.ToDictionary(row => ((PrefScope)row.Scope, row.ScopeId, row.EventKey, (Channel)row.Channel), row => row.Enabled);

    /// <summary>Reads those of these people, and the tenant's defaults.</summary>
    public static async Task<Preferences> ReadAsync(TenantDb db, long[] agents, long[] requesters, CancellationToken ct) =>
        new(await db.ListAsync<Row>(ReadSql, new { db.TenantId, Agents = agents, Requesters = requesters }, ct));

    /// <summary>Reads those of one scope, and the tenant's defaults.</summary>
    public static Task<Preferences> ReadAsync(TenantDb db, PrefScope scope, long scopeId, CancellationToken ct) => ReadAsync(
        db, scope is PrefScope.Agent ? [scopeId] : [], scope is PrefScope.Requester ? [scopeId] : [], ct);

    /// <summary>Whether nothing but the scope itself says so; null where it says nothing.</summary>
    public bool? Own(PrefScope scope, long scopeId, string eventKey, Channel channel) =>
        _rows.TryGetValue((scope, scopeId, eventKey, channel), out var enabled) ? enabled : null;

    /// <summary>Their own row, else the tenant's default, else what is built in.</summary>
    public NotificationPref Of(PrefScope scope, long scopeId, string eventKey, Channel channel)
    {
        var own = Own(scope, scopeId, eventKey, channel);
        var enabled = own ?? Own(PrefScope.TenantDefault, 0, eventKey, channel) ?? IsBuiltIn(scope, eventKey);
        return new(scope, scopeId, eventKey, channel, enabled, own is null);
    }

    /// <summary>Requesters are not told of what goes on behind the counter, unless somebody wants it.</summary>
    private static bool IsBuiltIn(PrefScope scope, string eventKey) =>
        scope is not PrefScope.Requester || eventKey is not (EventKeys.Assigned or EventKeys.SlaWarning or EventKeys.SlaBreached);

    internal sealed record Row(short Scope, long ScopeId, string EventKey, short Channel, bool Enabled);
}
