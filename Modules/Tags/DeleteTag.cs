using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tags;

/// <summary>Deletes a tag for good and takes it off every ticket.</summary>
/// <param name="Id">The tag's id.</param>
[Requires(Permission.TagsWrite)]
[Refuses(ErrorKind.NotFound, "tag_not_found")]
public sealed record DeleteTag([FromRoute] long Id) : ICommand<DeletedTagView>;

/// <summary>What deleting a tag answers.</summary>
/// <param name="Id">The id of the tag that is gone.</param>
/// <param name="Deleted">Always true.</param>
/// <param name="DetachedTickets">How many tickets of the caller's environment lost it.</param>
public sealed record DeletedTagView(long Id, bool Deleted, long DetachedTickets);

/// <summary>A tag left the tenant. Handled inside the deleting transaction: Tickets takes it off every ticket.</summary>
/// <param name="TagId">The tag's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="DetachedTickets">How many tickets of the caller's environment carried it.</param>
public sealed record TagDeleted(long TagId, string Slug, long DetachedTickets) : DomainEvent("tag.deleted", "tag", TagId), INotification
{
    /// <inheritdoc/>
    public override object Payload => new { Slug, DetachedTickets };
}

internal sealed class DeleteTagHandler(
    TenantDb db, EventLog log, TagWriter tags, TagCatalog catalog, ITaggedTickets tickets, IMediator mediator)
    : IRequestHandler<DeleteTag, Result<DeletedTagView>>
{
    private const string DeleteSql = """
        with gone as (delete from tags.tag where tenant_id = @TenantId and id = @Id returning 1)
        select kernel.expect_one(count(*)) from gone
        """;

    public async Task<Result<DeletedTagView>> Handle(DeleteTag request, CancellationToken cancellationToken)
    {
        if (await tags.FindAsync(request.Id, cancellationToken) is not { } tag)
            return TagErrors.NotFound;
        var counts = await tickets.CountAsync([tag.Id], cancellationToken);
        var deleted = new TagDeleted(tag.Id, tag.Slug, counts.GetValueOrDefault(tag.Id));
        db.Enqueue(DeleteSql, new { db.TenantId, tag.Id });
        log.Append(deleted);
        await mediator.Publish(deleted, cancellationToken);
        catalog.Changed(db);
        return new DeletedTagView(tag.Id, true, deleted.DetachedTickets);
    }
}

internal sealed class DeleteTagEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/tags/{id}/delete", Slice.Done<DeleteTag, DeletedTagView>())
        .WithSummary("Delete a tag").WithTags("Tags");
}
