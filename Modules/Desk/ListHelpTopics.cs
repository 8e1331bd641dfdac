using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>The active help topics of the tenant, by sort order, then id.</summary>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.DeskRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListHelpTopics(string? Cursor, int? Limit) : IQuery<Page<HelpTopicView>>;

/// <summary>What a ticket can be filed under (mobieus 6.6).</summary>
/// <param name="Id">The topic's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="QueueId">Where its tickets go; null for the default queue.</param>
/// <param name="DefaultPriority">Their priority when nothing says otherwise; null for normal.</param>
/// <param name="SortOrder">Its place among the topics.</param>
/// <param name="CustomFields">The fields of its tickets.</param>
public sealed record HelpTopicView(
    long Id, string Slug, string Name, long? QueueId, TopicPriority? DefaultPriority, int SortOrder, IReadOnlyList<CustomField> CustomFields);

/// <summary>The priority that a topic gives its tickets. The numbers are the stored ones.</summary>
public enum TopicPriority
{
    /// <summary>Before everything else.</summary>
    Urgent = 1,

    /// <summary>Before the usual.</summary>
    High = 2,

    /// <summary>The usual.</summary>
    Normal = 3,

    /// <summary>When there is time.</summary>
    Low = 4,
}

internal sealed class ListHelpTopicsHandler(IDeskCatalog catalog, RequestContext context)
    : IRequestHandler<ListHelpTopics, Result<Page<HelpTopicView>>>
{
    public async Task<Result<Page<HelpTopicView>>> Handle(ListHelpTopics request, CancellationToken cancellationToken)
    {
        var desk = await catalog.GetAsync(context.TenantId);
        var topics = desk.Topics.Where(topic => topic.IsActive).ToList();
        var page = Paging.Of(topics, $"help topics {context.TenantId}", request.Cursor, request.Limit,
            topic => [topic.SortOrder.ToString(), topic.Id.ToString()],
            (topic, after) => int.TryParse(after[0], out var order) && long.TryParse(after[1], out var id)
                ? (topic.SortOrder, topic.Id).CompareTo((order, id))
                : null);
        return page.TryGet(out var found)
            ? new Page<HelpTopicView>(found.Items.Select(ViewOf).ToList(), found.NextCursor, found.TotalCount)
            : page.Error!;
    }

    private static HelpTopicView ViewOf(HelpTopic topic) => new(
        topic.Id, topic.Slug, topic.Name, topic.QueueId, (TopicPriority?)topic.DefaultPriority, topic.SortOrder, topic.CustomFields);
}

internal sealed class ListHelpTopicsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/help-topics", Slice.Listed<ListHelpTopics, HelpTopicView>())
        .WithSummary("List help topics").WithTags("Help topics");
}
