namespace Helpdesk.Access;

/// <summary>Moves the tenant of the scope to another plan; takes effect on every node at once.</summary>
[Requires(Permission.Operate)]
public sealed record SetPlan(string Plan) : ICommand<PlanSet>;

/// <summary>The plan before and after.</summary>
/// <param name="From">The plan before.</param>
/// <param name="To">The plan after.</param>
public sealed record PlanSet(string From, string To);

/// <summary>A tenant moved to another plan.</summary>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="From">The plan before.</param>
/// <param name="To">The plan after.</param>
public sealed record PlanChanged(long TenantId, string From, string To) : DomainEvent("tenant.plan_changed", "tenant", TenantId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => new Dictionary<string, Change> { ["plan"] = new(From, To) };
}

internal sealed class SetPlanValidator : AbstractValidator<SetPlan>
{
    public SetPlanValidator() =>
        RuleFor(x => x.Plan).Must(plan => Plans.All.Contains(plan)).WithMessage($"must be one of {string.Join(", ", Plans.All)}.");
}

internal sealed class SetPlanHandler(TenantDb db, EventLog log, Signals signals, RequestContext context)
    : IRequestHandler<SetPlan, Result<PlanSet>>
{
    private const string UpdateSql = "update access.tenant set plan = @Plan where tenant_id = @TenantId";

    public Task<Result<PlanSet>> Handle(SetPlan request, CancellationToken cancellationToken)
    {
        var before = context.Tenant.Plan;
        db.Enqueue(UpdateSql, new { db.TenantId, request.Plan });
        log.Append(new PlanChanged(db.TenantId, before, request.Plan));
        signals.Enqueue(db, TenantDirectory.Topic);
        return Task.FromResult<Result<PlanSet>>(new PlanSet(before, request.Plan));
    }
}
