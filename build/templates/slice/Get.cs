namespace Helpdesk.__Module__;

/// <summary>One __words__.</summary>
/// <param name="Id">Its id.</param>
[Requires(Permission.TicketsRead)]
[Refuses(ErrorKind.NotFound, "__noun___not_found")]
public sealed record __Slice__([FromRoute] long Id) : IQuery<__Noun__View>;

internal sealed class __Slice__Handler(TenantDb db) : IRequestHandler<__Slice__, Result<__Noun__View>>
{
    private const string FindSql = """
        select id, name, created_at, updated_at from __module__.__noun__ where tenant_id = @TenantId and id = @Id
        """;

    public async Task<Result<__Noun__View>> Handle(__Slice__ request, CancellationToken cancellationToken) =>
        await db.SingleOrDefaultAsync<__Noun__View>(FindSql, new { db.TenantId, request.Id }, cancellationToken) is { } found
            ? found
            : __Noun__Errors.NotFound;
}

internal sealed class __Slice__Endpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/__route__/{id}", Slice.Found<__Slice__, __Noun__View>())
        .WithSummary("Get a __words__").WithTags("__Module__");
}
