namespace Helpdesk.AI;

/// <summary>How the tenant is set up for models, and what it has spent this month.</summary>
[Requires(Permission.AiAdmin)]
public sealed record GetAiSettings : IQuery<AiStanding>;

/// <summary>How a tenant stands with models.</summary>
/// <param name="Settings">What is set.</param>
/// <param name="SpentUsd">What was spent this month, in US dollars, calls under way at their worst price.</param>
/// <param name="Price">What the tenant's model costs; null when its price is not configured any more.</param>
public sealed record AiStanding(AiSettingsView Settings, double SpentUsd, ModelPrice? Price);

internal sealed class GetAiSettingsHandler(TenantDb db, AiGate gate, AiOptions options) : IRequestHandler<GetAiSettings, Result<AiStanding>>
{
    public async Task<Result<AiStanding>> Handle(GetAiSettings request, CancellationToken cancellationToken)
    {
        var settings = await db.SingleOrDefaultAsync<AiSettings>(AiSettings.FindSql, new { db.TenantId }, cancellationToken) ?? AiSettings.Unset;
        var state = await gate.StateAsync(cancellationToken);
        return new AiStanding(settings.ToView(), state.SpentMicros / 1e6, options.Prices.GetValueOrDefault(settings.Model));
    }
}
