using System.Text.RegularExpressions;

namespace Helpdesk.Access;

/// <summary>
/// Founds a tenant, with what every module puts into a new one. The scope must have become the tenant already: its id and slug come from
/// there.
/// </summary>
[Requires(Permission.Operate)]
[Refuses(ErrorKind.Conflict, "slug_taken")]
public sealed record CreateTenant(string Slug, string Name, string Plan) : ICommand<TenantRow>;

/// <summary>A tenant as the operator's list shows it.</summary>
/// <param name="Id">The tenant's id.</param>
/// <param name="Slug">The host label.</param>
/// <param name="Name">The name for people.</param>
/// <param name="Plan">The plan.</param>
/// <param name="IsDisabled">Whether it is refused at the door.</param>
/// <param name="CreatedAt">When it was founded.</param>
public sealed record TenantRow(long Id, string Slug, string Name, string Plan, bool IsDisabled, DateTime CreatedAt);

/// <summary>A tenant was founded. Modules add their first rows inside the founding transaction.</summary>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="Slug">The host label.</param>
public sealed record TenantCreated(long TenantId, string Slug) : DomainEvent("tenant.created", "tenant", TenantId), INotification;

internal sealed partial class CreateTenantValidator : AbstractValidator<CreateTenant>
{
    public CreateTenantValidator()
    {
        RuleFor(x => x.Slug).NotEmpty().Must(slug => SlugPattern().IsMatch(slug))
            .WithMessage("must have 1 to 63 lower-case letters, digits and hyphens, and neither start nor end with a hyphen.");
        RuleFor(x => x.Name).NotEmpty().MaximumLength(120);
        RuleFor(x => x.Plan).Must(plan => Plans.All.Contains(plan)).WithMessage($"must be one of {string.Join(", ", Plans.All)}.");
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex SlugPattern();
}

internal sealed class CreateTenantHandler(TenantDb db, EventLog log, Signals signals, IMediator mediator, TimeProvider clock)
    : IRequestHandler<CreateTenant, Result<TenantRow>>
{
    private const string InsertSql = """
        insert into access.tenant (tenant_id, slug, name, plan, created_at) values (@TenantId, @Slug, @Name, @Plan, @Now)
        """;

    public async Task<Result<TenantRow>> Handle(CreateTenant request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        db.Enqueue(InsertSql, new { db.TenantId, request.Slug, request.Name, request.Plan, Now = now });
        db.OnConflict("tenant_slug_key", () => Error.Conflict("slug_taken", $"The slug '{request.Slug}' is in use."));
        var created = new TenantCreated(db.TenantId, request.Slug);
        log.Append(created);
        await mediator.Publish(created, cancellationToken);
        signals.Enqueue(db, TenantDirectory.Topic);
        return new TenantRow(db.TenantId, request.Slug, request.Name, request.Plan, false, now);
    }
}
