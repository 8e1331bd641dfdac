using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tags;

/// <summary>The tags of the tenant, by name, then id.</summary>
/// <param name="Q">Only tags whose name or slug holds this text, in any letter case.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.TagsRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListTags(string? Q, string? Cursor, int? Limit) : IQuery<Page<TagView>>;

internal sealed class ListTagsHandler(ITagCatalog catalog, ITaggedTickets tickets, RequestContext context)
    : IRequestHandler<ListTags, Result<Page<TagView>>>
{
    public async Task<Result<Page<TagView>>> Handle(ListTags request, CancellationToken cancellationToken)
    {
        var (all, q) = ((await catalog.GetAsync(context.TenantId)).Rows, request.Q?.Trim() ?? "");
        var tags = q.Length == 0 ? all : [.. all.Where(tag => Holds(tag.Name, q) || Holds(tag.Slug, q))];
        var page = Paging.Of(tags, $"tags {context.TenantId} {q}", request.Cursor, request.Limit,
            // Escaped, because a name may hold the very character that parts the key.
            tag => [Uri.EscapeDataString(tag.Name), tag.Id.ToString()],
            (tag, after) => !long.TryParse(after[1], out var id)
                ? null
                : string.CompareOrdinal(tag.Name, Uri.UnescapeDataString(after[0])) is var order and not 0 ? order : tag.Id.CompareTo(id));
        if (!page.TryGet(out var found))
            return page.Error!;
        var counts = await tickets.CountAsync([.. found.Items.Select(tag => tag.Id)], cancellationToken);
        return new Page<TagView>(
            found.Items.Select(tag => tag.ToView(counts.GetValueOrDefault(tag.Id))).ToList(), found.NextCursor, found.TotalCount);
    }

    private static bool Holds(string text, string q) => text.Contains(q, StringComparison.OrdinalIgnoreCase);
}

internal sealed class ListTagsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/tags", Slice.Listed<ListTags, TagView>())
        .WithSummary("List tags").WithTags("Tags");
}
