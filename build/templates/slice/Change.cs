namespace Helpdesk.__Module__;

/// <summary>Changes a __words__. Absent members keep their value.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name for people, 1 to 120 characters.</param>
[Requires(Permission.TicketsWrite)]
[Refuses(ErrorKind.NotFound, "__noun___not_found")]
public sealed record __Slice__([FromRoute] long Id, [SingleLine] Optional<string?> Name) : ICommand<__Noun__View>;

/// <summary>A __words__ was changed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="From">Its name before.</param>
/// <param name="To">Its name after.</param>
public sealed record __Slice__Done(long Id, string From, string To) : DomainEvent("__noun__.updated", "__noun__", Id)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => new Dictionary<string, Change> { ["name"] = new(From, To) };
}

internal sealed class __Slice__Validator : AbstractValidator<__Slice__>
{
    public __Slice__Validator() =>
        RuleFor(x => x.Name.Value).NotEmpty().MaximumLength(120).When(x => x.Name.IsSet).OverridePropertyName("name");
}

internal sealed class __Slice__Handler(TenantDb db, EventLog log, TimeProvider clock) : IRequestHandler<__Slice__, Result<__Noun__View>>
{
    private const string FindSql = """
        select id, name, created_at, updated_at from __module__.__noun__ where tenant_id = @TenantId and id = @Id
        """;

    // Ends the transaction when another writer was faster; then the handler decides again.
    private const string UpdateSql = """
        with changed as (
            update __module__.__noun__ set name = @Name, updated_at = @Now
            where tenant_id = @TenantId and id = @Id and updated_at = @Before
            returning 1)
        select kernel.expect_one(count(*)) from changed
        """;

    public async Task<Result<__Noun__View>> Handle(__Slice__ request, CancellationToken cancellationToken)
    {
        var before = await db.SingleOrDefaultAsync<__Noun__View>(FindSql, new { db.TenantId, request.Id }, cancellationToken);
        if (before is null)
            return __Noun__Errors.NotFound;
        var after = before with { Name = request.Name.Or(before.Name)! };
        if (after == before)
            return before;
        after = after with { UpdatedAt = clock.GetUtcNow().UtcDateTime };
        db.Enqueue(UpdateSql, new { db.TenantId, after.Id, after.Name, Now = after.UpdatedAt, Before = before.UpdatedAt });
        log.Append(new __Slice__Done(after.Id, before.Name, after.Name));
        return after;
    }
}

internal sealed class __Slice__Endpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/__route__/{id}", Slice.Done<__Slice__, __Noun__View>())
        .WithSummary("__Sentence__").WithTags("__Module__");
}
