using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>One queue of the tenant.</summary>
/// <param name="Id">The queue's id.</param>
[Requires(Permission.DeskRead)]
[Refuses(ErrorKind.NotFound, "queue_not_found")]
public sealed record GetQueue([FromRoute] long Id) : IQuery<QueueView>;

internal sealed class GetQueueHandler(IDeskCatalog catalog, IOpenTickets tickets, RequestContext context)
    : IRequestHandler<GetQueue, Result<QueueView>>
{
    public async Task<Result<QueueView>> Handle(GetQueue request, CancellationToken cancellationToken)
    {
        var desk = await catalog.GetAsync(context.TenantId);
        return desk.Queue(request.Id) is { } queue
            ? QueueView.Of(queue, await tickets.CountAsync(cancellationToken))
            : DeskErrors.QueueNotFound;
    }
}

internal sealed class GetQueueEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/queues/{id}", Slice.Found<GetQueue, QueueView>())
        .WithSummary("Get a queue").WithTags("Queues and agents");
}
