namespace Helpdesk.AI;

/// <summary>
/// The gate before every hook: plan, key, feature, cap, calls a minute. It looks and takes nothing: the call itself takes its
/// money and its place in the minute later, when its price is known (<see cref="CallWriter"/>).
/// </summary>
internal sealed class AiGate(TenantDb db, RequestContext context, TimeProvider clock) : IHookGate
{
    private const string StateSql = """
        select t.key, t.key_version, t.model, t.models::text as models, t.features, t.cap_micros, t.per_minute,
            coalesce(s.spent_micros, 0) as spent_micros, coalesce(case when s.minute >= @Minute then s.calls end, 0) as calls
        from ai.setting t left join ai.spend s on s.tenant_id = t.tenant_id and s.month = @Month
        where t.tenant_id = @TenantId
        """;

    /// <summary>What the hook at hand belongs to.</summary>
    public AiFeature Feature { get; private set; }

    public async Task<Error?> AdmitAsync(IHook hook, CancellationToken ct)
    {
        Feature = FeatureAttribute.Of(hook);
        if (!Plans.WithApi.Contains(context.Tenant.Plan))
            return AiErrors.GateBlocked(GateReason.Plan);
        return (await StateAsync(ct)).WhyNot(Feature) is { } reason ? AiErrors.GateBlocked(reason) : null;
    }

    /// <summary>How the tenant stands now.</summary>
    public async Task<GateState> StateAsync(CancellationToken ct)
    {
        var now = Period.Of(clock.GetUtcNow());
        return await db.SingleOrDefaultAsync<GateState>(StateSql, new { db.TenantId, now.Month, now.Minute }, ct) ?? GateState.Unset;
    }
}

/// <summary>How a tenant stands: what is set, what was spent this month, how many calls were begun this minute.</summary>
internal sealed record GateState(
    byte[]? Key, int KeyVersion, string Model, string Models, string[] Features, long CapMicros, int PerMinute, long SpentMicros, int Calls)
{
    /// <summary>A tenant that nobody has set up.</summary>
    public static readonly GateState Unset = new(null, 0, AiOptions.DefaultModel, "{}", [], 0, 0, 0, 0);

    /// <summary>Why a call may not be made; null when it may. Without a key nothing else matters (mobieus, contradiction 5).</summary>
    /// <param name="feature">What it is for.</param>
    /// <param name="micros">What it costs at worst, in millionths of a dollar; the least there is where that is not known yet.</param>
    public GateReason? WhyNot(AiFeature feature, long micros = 1) => this switch
    {
        { Key: null } => GateReason.NoKey,
        _ when !Has(feature) => GateReason.FeatureDisabled,
        _ when SpentMicros + micros > CapMicros => GateReason.SpendCap,
        _ when Calls >= PerMinute => GateReason.RateLimit,
        _ => null,
    };

    /// <summary>Whether a feature is on.</summary>
    public bool Has(AiFeature feature) => Features.Contains(WireName<AiFeature>.Of(feature));

    /// <summary>The model that answers for a feature.</summary>
    public string ModelOf(AiFeature feature) => AiSettings.ReadModels(Models).GetValueOrDefault(WireName<AiFeature>.Of(feature), Model);
}

/// <summary>A month as 202611, and a minute as the count of those since 1970, both in UTC.</summary>
internal readonly record struct Period(int Month, long Minute)
{
    public static Period Of(DateTimeOffset now)
    {
        var utc = now.ToUniversalTime();
        return new(utc.Year * 100 + utc.Month, utc.ToUnixTimeSeconds() / 60);
    }
}
