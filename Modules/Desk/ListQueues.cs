using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>The queues of the tenant, by sort order, then id.</summary>
/// <param name="IsActive">Only queues that take tickets, or only those that do not.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.DeskRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListQueues(bool? IsActive, string? Cursor, int? Limit) : IQuery<Page<QueueView>>;

/// <summary>A queue of tickets (mobieus 6.3).</summary>
/// <param name="Id">The queue's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Description">What belongs into it.</param>
/// <param name="IsDefault">Whether tickets go here when nothing says otherwise.</param>
/// <param name="IsActive">Whether it takes tickets.</param>
/// <param name="AssignmentPolicy">How it finds an agent for a new ticket.</param>
/// <param name="SlaPlan">Its service level; null while it has none.</param>
/// <param name="AgentIds">The ids of its agents, ascending.</param>
/// <param name="OpenTicketCount">Its tickets that are neither resolved nor closed.</param>
/// <param name="SortOrder">Its place among the queues.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
[Example("""
    {
      "id": 190517204561920, "slug": "billing", "name": "Billing", "description": "Invoices, payments and refunds.", "is_default": false,
      "is_active": true, "assignment_policy": "fewest_open", "sla_plan": null, "agent_ids": [190517204566016], "open_ticket_count": 12,
      "sort_order": 20, "created_at": "2026-01-12T08:00:00Z", "updated_at": "2026-05-02T14:11:09Z"
    }
    """)]
public sealed record QueueView(
    long Id, string Slug, string Name, string Description, bool IsDefault, bool IsActive, AssignmentPolicy AssignmentPolicy,
    SlaPlanRef? SlaPlan, long[] AgentIds, long OpenTicketCount, int SortOrder, DateTime CreatedAt, DateTime UpdatedAt)
{
    internal static QueueView Of(Queue queue, OpenTicketCounts open) => new(
        queue.Id, queue.Slug, queue.Name, queue.Description, queue.IsDefault, queue.IsActive, queue.Policy, null, queue.AgentIds,
        open.ByQueue.GetValueOrDefault(queue.Id), queue.SortOrder, queue.CreatedAt, queue.UpdatedAt);
}

/// <summary>A service level.</summary>
/// <param name="Id">The plan's id.</param>
/// <param name="Name">Its name for people.</param>
public sealed record SlaPlanRef(long Id, string Name);

internal sealed class ListQueuesHandler(IDeskCatalog catalog, IOpenTickets tickets, RequestContext context)
    : IRequestHandler<ListQueues, Result<Page<QueueView>>>
{
    public async Task<Result<Page<QueueView>>> Handle(ListQueues request, CancellationToken cancellationToken)
    {
        var desk = await catalog.GetAsync(context.TenantId);
        var queues = desk.Queues.Where(queue => request.IsActive is null || queue.IsActive == request.IsActive).ToList();
        var page = Paging.Of(queues, $"queues {context.TenantId} {request.IsActive}", request.Cursor, request.Limit,
            queue => [queue.SortOrder.ToString(), queue.Id.ToString()],
            (queue, after) => int.TryParse(after[0], out var order) && long.TryParse(after[1], out var id)
                ? (queue.SortOrder, queue.Id).CompareTo((order, id))
                : null);
        if (!page.TryGet(out var found))
            return page.Error!;
        var open = await tickets.CountAsync(cancellationToken);
        return new Page<QueueView>(found.Items.Select(queue => QueueView.Of(queue, open)).ToList(), found.NextCursor, found.TotalCount);
    }
}

internal sealed class ListQueuesEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/queues", Slice.Listed<ListQueues, QueueView>())
        .WithSummary("List queues").WithTags("Queues and agents");
}
