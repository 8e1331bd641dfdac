namespace Helpdesk.__Module__;

/// <summary>Adds a __words__.</summary>
/// <param name="Name">Its name for people, 1 to 120 characters.</param>
[Requires(Permission.TicketsWrite)]
public sealed record __Slice__([SingleLine] string? Name) : ICommand<__Noun__View>;

/// <summary>A __words__ was added.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
public sealed record __Noun__Created(long Id, string Name) : DomainEvent("__noun__.created", "__noun__", Id)
{
    /// <inheritdoc/>
    public override object Payload => new { Name };
}

internal sealed class __Slice__Validator : AbstractValidator<__Slice__>
{
    public __Slice__Validator() => RuleFor(x => x.Name).NotEmpty().MaximumLength(120);
}

internal sealed class __Slice__Handler(TenantDb db, EventLog log, Ids ids, TimeProvider clock)
    : IRequestHandler<__Slice__, Result<__Noun__View>>
{
    private const string InsertSql = """
        insert into __module__.__noun__ (tenant_id, id, name, created_at, updated_at)
        values (@TenantId, @Id, @Name, @CreatedAt, @UpdatedAt)
        """;

    public Task<Result<__Noun__View>> Handle(__Slice__ request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var view = new __Noun__View(ids.Next(), request.Name!, now, now);
        db.Enqueue(InsertSql, new { db.TenantId, view.Id, view.Name, view.CreatedAt, view.UpdatedAt });
        log.Append(new __Noun__Created(view.Id, view.Name));
        return Task.FromResult<Result<__Noun__View>>(view);
    }
}

internal sealed class __Slice__Endpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/__route__", Slice.Created<__Slice__, __Noun__View>())
        .WithSummary("Create a __words__").WithTags("__Module__");
}
