using Dapper;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>A delivery that this process may attempt until <see cref="HeldUntil"/>.</summary>
/// <param name="Id">The delivery's id.</param>
/// <param name="EndpointId">Whom to.</param>
/// <param name="EventId">What it tells of.</param>
/// <param name="EventType">What happened.</param>
/// <param name="Origin">An <see cref="Webhooks.Origin"/>.</param>
/// <param name="Attempt">How often it was attempted before.</param>
/// <param name="Data">What to send, where the list of events does not have it.</param>
/// <param name="HeldUntil">From then on another process may attempt it.</param>
/// <param name="IsHeld">Not when it was only put off, since the receiver wants to be left alone.</param>
internal sealed record Claim(
    long Id, long EndpointId, long EventId, string EventType, short Origin, int Attempt, string? Data, DateTime HeldUntil, bool IsHeld);

/// <summary>An endpoint as it is delivered to.</summary>
internal sealed record Target(
    long Id, string Url, byte[] Secret, byte[]? PreviousSecret, DateTime? PreviousSecretExpiresAt, bool IsActive, bool IsTest);

/// <summary>
/// The deliveries that wait. Who takes a row puts its due time off, which is the lease: another process sees it only when that time has
/// passed, and whoever comes late with a result finds the time changed and writes nothing.
/// </summary>
internal sealed class DeliveryQueue(Database database, TimeProvider clock)
{
    /// <summary>Endpoints that are looked at in one sweep.</summary>
    public const int MostOfASweep = 2000;

    // Deliveries of an endpoint that are put off together.
    private const int MostPutOff = 1000;

    // An attempt has ten seconds, and its result as many to be written.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private const string DueSql =
        "select tenant_id, endpoint_id, is_due from webhooks.due_endpoints(@AfterTenant, @AfterEndpoint, @Now, @Most)";

    private const string ClaimSql = """
        with wanted as (
            select n.endpoint_id, case when e.quiet_until > @Now then e.quiet_until end as quiet_until,
                case when e.quiet_until > @Now then @MostPutOff else n.places end as places
            from unnest(@EndpointIds, @Places) as n(endpoint_id, places)
            left join webhooks.endpoint e on e.tenant_id = @TenantId and e.id = n.endpoint_id),
        due as (
            select found.id, wanted.quiet_until from wanted cross join lateral (
                select w.id from webhooks.delivery w
                where w.tenant_id = @TenantId and w.endpoint_id = wanted.endpoint_id and w.due_at <= @Now
                order by w.due_at limit wanted.places for update skip locked) found)
        update webhooks.delivery d set due_at = coalesce(due.quiet_until, @Until), is_held = due.quiet_until is null from due
        where d.tenant_id = @TenantId and d.id = due.id
        returning d.id, d.endpoint_id, d.event_id, d.event_type, d.origin, d.attempt, d.data, d.due_at as held_until, d.is_held
        """;

    private const string TargetsSql = """
        select e.id, e.url, e.secret, e.previous_secret, e.previous_secret_expires_at, e.is_active, e.is_test from webhooks.endpoint e
        where e.tenant_id = @TenantId and e.id = any(@EndpointIds)
        """;

    // By their ids, as in OutcomeWriter: a plain equality of times would let the index of due deliveries be taken instead.
    private const string EndSql = """
        update webhooks.delivery d set status = 3, due_at = null, is_held = false from unnest(@Ids, @HeldUntil) as held(id, until)
        where d.tenant_id = @TenantId and d.id = held.id and d.due_at is not distinct from held.until returning d.id
        """;

    private const string ReleaseSql = """
        update webhooks.delivery d set due_at = @Until, is_held = false from unnest(@Ids, @HeldUntil) as held(id, until)
        where d.tenant_id = @TenantId and d.id = held.id and d.due_at is not distinct from held.until returning d.id
        """;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>The next endpoints with deliveries that wait, behind a place in the order of tenants and endpoints.</summary>
    public async Task<IReadOnlyList<(long TenantId, long EndpointId, bool IsDue)>> WaitingAsync((long TenantId, long EndpointId) after, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var args = new { AfterTenant = after.TenantId, AfterEndpoint = after.EndpointId, Now, Most = MostOfASweep };
        return (await connection.QueryAsync<(long, long, bool)>(new CommandDefinition(DueSql, args, cancellationToken: ct))).AsList();
    }

    /// <summary>
    /// Takes due deliveries to some endpoints of a tenant for this process, the longest due first. Those of a receiver that wants to be left
    /// alone are put off instead.
    /// </summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="endpointIds">The endpoints.</param>
    /// <param name="places">How many for each at most.</param>
    /// <param name="ct">Stops it.</param>
    public Task<(List<Claim> Claims, List<Target> Targets)> ClaimAsync(long tenantId, long[] endpointIds, int[] places, CancellationToken ct)
    {
        var args = new { TenantId = tenantId, EndpointIds = endpointIds, Places = places, Now, Until = Now + Lease, MostPutOff };
        return TenantDb.For(database, tenantId).ReadAsync([new(ClaimSql, args), new(TargetsSql, args)],
            async rows => ((await rows.ListAsync<Claim>(ct)).FindAll(claim => claim.IsHeld), await rows.ListAsync<Target>(ct)), ct);
    }

    /// <summary>They are not attempted any more.</summary>
    public Task EndAsync(long tenantId, IReadOnlyCollection<Claim> claims) => WriteAsync(EndSql, tenantId, claims, default);

    /// <summary>They were not attempted, and anybody may when this time is over.</summary>
    public Task ReleaseAsync(long tenantId, IReadOnlyCollection<Claim> claims, TimeSpan wait) => WriteAsync(ReleaseSql, tenantId, claims, wait);

    // Not to be cut off by the process stopping: others would wait for the lease.
    private Task WriteAsync(string sql, long tenantId, IReadOnlyCollection<Claim> claims, TimeSpan wait) =>
        TenantDb.For(database, tenantId).ListAsync<long>(sql, new
        {
            TenantId = tenantId,
            Ids = claims.Select(claim => claim.Id).ToArray(),
            HeldUntil = claims.Select(claim => claim.HeldUntil).ToArray(),
            Until = Now + wait,
        }, CancellationToken.None);
}
