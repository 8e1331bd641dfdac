namespace Helpdesk.Canned;

/// <summary>Deletes a canned response for good. Replies that were composed from it keep their text.</summary>
/// <param name="Id">The response's id.</param>
[Requires(Permission.CannedWrite)]
[Refuses(ErrorKind.NotFound, "canned_response_not_found")]
public sealed record DeleteCannedResponse([FromRoute] long Id) : ICommand<DeletedView>;

/// <summary>A canned response was deleted.</summary>
/// <param name="ResponseId">The response's id.</param>
/// <param name="Slug">Its name for programs.</param>
public sealed record CannedResponseDeleted(long ResponseId, string Slug)
    : DomainEvent("canned_response.deleted", "canned_response", ResponseId)
{
    /// <inheritdoc/>
    public override object Payload => new { Slug };
}

internal sealed class DeleteCannedResponseHandler(TenantDb db, EventLog log, CannedWriter responses)
    : IRequestHandler<DeleteCannedResponse, Result<DeletedView>>
{
    private const string DeleteSql = """
        with gone as (delete from canned.response where tenant_id = @TenantId and id = @Id returning 1)
        select kernel.expect_one(count(*)) from gone
        """;

    public async Task<Result<DeletedView>> Handle(DeleteCannedResponse request, CancellationToken cancellationToken)
    {
        if (await responses.FindAsync(request.Id, cancellationToken) is not { } response)
            return CannedErrors.NotFound;
        db.Enqueue(DeleteSql, new { db.TenantId, response.Id });
        log.Append(new CannedResponseDeleted(response.Id, response.Slug));
        return new DeletedView(response.Id);
    }
}

internal sealed class DeleteCannedResponseEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/canned-responses/{id}/delete", Slice.Done<DeleteCannedResponse, DeletedView>())
        .WithSummary("Delete a canned response").WithTags("Canned responses");
}
