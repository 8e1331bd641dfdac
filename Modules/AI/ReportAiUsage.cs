namespace Helpdesk.AI;

/// <summary>What models were asked in a month, and what it cost, by feature, model and outcome.</summary>
/// <param name="Month">The month in UTC as <c>2026-06</c>; the present one when absent.</param>
[Requires(Permission.AiAdmin)]
public sealed record ReportAiUsage(string? Month) : IQuery<AiUsageReport>;

/// <summary>The calls of a month.</summary>
/// <param name="Month">The month, as <c>2026-06</c>.</param>
/// <param name="Lines">The calls, by feature, then model, then outcome.</param>
/// <param name="SpentUsd">What counts against the cap, in US dollars.</param>
/// <param name="CapUsd">The cap, in US dollars, as it is set now.</param>
public sealed record AiUsageReport(string Month, IReadOnlyList<AiUsageLine> Lines, double SpentUsd, double CapUsd);

/// <summary>Calls of one feature that went to one model and came out in one way.</summary>
/// <param name="Feature">What they were for.</param>
/// <param name="Model">Who was asked.</param>
/// <param name="Status">
/// What came of the calls: <c>ok</c>, the code that they were answered with, <c>started</c> for calls under way, or <c>lost</c> for calls that ended with their process.
/// </param>
/// <param name="Calls">How many.</param>
/// <param name="PromptTokens">Tokens that were sent.</param>
/// <param name="CompletionTokens">Tokens that were answered.</param>
/// <param name="CostUsd">What they cost, in US dollars.</param>
public sealed record AiUsageLine(string Feature, string Model, string Status, long Calls, long PromptTokens, long CompletionTokens, double CostUsd);

internal sealed class ReportAiUsageValidator : AbstractValidator<ReportAiUsage>
{
    public ReportAiUsageValidator() =>
        RuleFor(x => x.Month).Must(month => month is null || ReportAiUsageHandler.Parse(month) is not null).WithMessage("must be a month such as 2026-06.");
}

internal sealed class ReportAiUsageHandler(TenantDb db, TimeProvider clock) : IRequestHandler<ReportAiUsage, Result<AiUsageReport>>
{
    // Ids carry their time, so a month is a range of the key.
    private const string LinesSql = """
        select feature, model, status, count(*) as calls, sum(prompt_tokens)::bigint as prompt_tokens, sum(completion_tokens)::bigint as completion_tokens,
            sum(cost_micros)::double precision / 1000000 as cost_usd
        from ai.feature_usage where tenant_id = @TenantId and id >= @From and id < @Until
        group by feature, model, status order by feature, model, status
        """;

    private const string TotalSql = """
        select coalesce(sum(s.spent_micros), 0)::bigint from ai.spend s where s.tenant_id = @TenantId and s.month = @Month
        """;

    public async Task<Result<AiUsageReport>> Handle(ReportAiUsage request, CancellationToken cancellationToken)
    {
        var month = Parse(request.Month ?? "") ?? new DateTimeOffset(clock.GetUtcNow().Year, clock.GetUtcNow().Month, 1, 0, 0, 0, TimeSpan.Zero);
        var args = new { db.TenantId, From = Ids.FirstAt(month), Until = Ids.FirstAt(month.AddMonths(1)), Period.Of(month).Month };
        return await db.ReadAsync([new(LinesSql, args), new(TotalSql, args), new(AiSettings.FindSql, args)], async rows => new AiUsageReport(
            $"{month:yyyy-MM}", await rows.ListAsync<AiUsageLine>(cancellationToken), await rows.SingleOrDefaultAsync<long>(cancellationToken) / 1e6,
            (await rows.SingleOrDefaultAsync<AiSettings>(cancellationToken) ?? AiSettings.Unset).CapMicros / 1e6), cancellationToken);
    }

    /// <summary>The beginning of a month; null for what is none.</summary>
    internal static DateTimeOffset? Parse(string month) => DateTimeOffset.TryParseExact(
        month, "yyyy-MM", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var parsed)
        && parsed.Year >= 2025 ? parsed : null;
}
