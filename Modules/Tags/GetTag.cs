using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tags;

/// <summary>One tag of the tenant.</summary>
/// <param name="Id">The tag's id.</param>
[Requires(Permission.TagsRead)]
[Refuses(ErrorKind.NotFound, "tag_not_found")]
public sealed record GetTag([FromRoute] long Id) : IQuery<TagView>;

internal sealed class GetTagHandler(ITagCatalog catalog, ITaggedTickets tickets, RequestContext context)
    : IRequestHandler<GetTag, Result<TagView>>
{
    public async Task<Result<TagView>> Handle(GetTag request, CancellationToken cancellationToken)
    {
        var tags = await catalog.GetAsync(context.TenantId);
        if (tags.Rows.FirstOrDefault(row => row.Id == request.Id) is not { } tag)
            return TagErrors.NotFound;
        var counts = await tickets.CountAsync([tag.Id], cancellationToken);
        return tag.ToView(counts.GetValueOrDefault(tag.Id));
    }
}

internal sealed class GetTagEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/tags/{id}", Slice.Found<GetTag, TagView>())
        .WithSummary("Get a tag").WithTags("Tags");
}
