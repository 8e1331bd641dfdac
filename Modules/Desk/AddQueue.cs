using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Desk;

/// <summary>Adds a queue to the tenant of the scope. For operators: the native API has no write route for queues.</summary>
[Requires(Permission.Operate)]
public sealed record AddQueue(string Slug, string Name, string Description, AssignmentPolicy Policy, int SortOrder) : ICommand<Queue>;

/// <summary>A queue was added.</summary>
/// <param name="QueueId">The queue's id.</param>
/// <param name="Slug">Its name for programs.</param>
public sealed record QueueCreated(long QueueId, string Slug) : DomainEvent("queue.created", "queue", QueueId)
{
    /// <inheritdoc/>
    public override object Payload => new { Slug };
}

internal sealed class AddQueueValidator : AbstractValidator<AddQueue>
{
    public AddQueueValidator()
    {
        RuleFor(x => x.Slug).Must(Slug.IsValid).WithMessage("must be a slug.");
        RuleFor(x => x.Name).NotEmpty().MaximumLength(120);
        RuleFor(x => x.Description).NotNull().MaximumLength(2000);
    }
}

internal sealed class AddQueueHandler(TenantDb db, EventLog log, Ids ids, DeskCatalog catalog, TimeProvider clock)
    : IRequestHandler<AddQueue, Result<Queue>>
{
    private const string InsertSql = """
        insert into desk.queue (tenant_id, id, slug, name, description, assignment_policy, sort_order, created_at, updated_at)
        values (@TenantId, @Id, @Slug, @Name, @Description, @Policy, @SortOrder, @Now, @Now)
        """;

    public Task<Result<Queue>> Handle(AddQueue request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var queue = new Queue(
            ids.Next(), request.Slug, request.Name, request.Description, false, true, request.Policy, [], request.SortOrder, now, now);
        db.Enqueue(InsertSql, new
        {
            db.TenantId,
            queue.Id,
            queue.Slug,
            queue.Name,
            queue.Description,
            Policy = WireName<AssignmentPolicy>.Of(request.Policy),
            queue.SortOrder,
            Now = now,
        });
        db.OnConflict("queue_slug_key", () => Error.Conflict("slug_taken", $"The slug '{request.Slug}' is in use.").With("slug", request.Slug));
        log.Append(new QueueCreated(queue.Id, queue.Slug));
        catalog.Changed(db);
        return Task.FromResult<Result<Queue>>(queue);
    }
}
