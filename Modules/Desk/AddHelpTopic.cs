using System.Text.Json;
using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Desk;

/// <summary>Adds a help topic to the tenant of the scope. For operators: the native API has no write route for topics.</summary>
[Requires(Permission.Operate)]
public sealed record AddHelpTopic(
    string Slug, string Name, long? QueueId, int? DefaultPriority, int SortOrder, IReadOnlyList<CustomField> CustomFields) : ICommand<HelpTopic>;

/// <summary>A help topic was added.</summary>
/// <param name="TopicId">The topic's id.</param>
/// <param name="Slug">Its name for programs.</param>
public sealed record HelpTopicCreated(long TopicId, string Slug) : DomainEvent("help_topic.created", "help_topic", TopicId)
{
    /// <inheritdoc/>
    public override object Payload => new { Slug };
}

internal sealed class AddHelpTopicValidator : AbstractValidator<AddHelpTopic>
{
    public AddHelpTopicValidator()
    {
        RuleFor(x => x.Slug).Must(Slug.IsValid).WithMessage("must be a slug.");
        RuleFor(x => x.Name).NotEmpty().MaximumLength(120);
        RuleFor(x => x.DefaultPriority).InclusiveBetween(1, 4);
    }
}

internal sealed class AddHelpTopicHandler(TenantDb db, EventLog log, Ids ids, DeskCatalog catalog, TimeProvider clock)
    : IRequestHandler<AddHelpTopic, Result<HelpTopic>>
{
    private const string InsertSql = """
        insert into desk.help_topic (tenant_id, id, slug, name, queue_id, default_priority, sort_order, custom_fields, created_at, updated_at)
        values (@TenantId, @Id, @Slug, @Name, @QueueId, @DefaultPriority, @SortOrder, @CustomFields::jsonb, @Now, @Now)
        """;

    public Task<Result<HelpTopic>> Handle(AddHelpTopic request, CancellationToken cancellationToken)
    {
        var topic = new HelpTopic(
            ids.Next(), request.Slug, request.Name, request.QueueId, request.DefaultPriority, true, request.SortOrder, request.CustomFields);
        db.Enqueue(InsertSql, new
        {
            db.TenantId,
            topic.Id,
            topic.Slug,
            topic.Name,
            topic.QueueId,
            DefaultPriority = (short?)topic.DefaultPriority,
            topic.SortOrder,
            CustomFields = JsonSerializer.Serialize(topic.CustomFields, WireJson.Options),
            Now = clock.GetUtcNow().UtcDateTime,
        });
        db.OnConflict("help_topic_slug_key", () => Error.Conflict("slug_taken", $"The slug '{request.Slug}' is in use.").With("slug", request.Slug));
        log.Append(new HelpTopicCreated(topic.Id, topic.Slug));
        catalog.Changed(db);
        return Task.FromResult<Result<HelpTopic>>(topic);
    }
}
