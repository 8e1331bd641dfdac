using System.Text.Json;
using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>Writes what an operator's file makes of the desk, and says how it differs from before.</summary>
internal sealed class DeskWriter(TenantDb db, EventLog log, DeskCatalog catalog, TimeProvider clock)
{
    private const string QueueSql = """
        insert into desk.queue as q (tenant_id, id, slug, name, description, is_default, is_active, assignment_policy, sort_order,
            is_public, created_at, updated_at)
        values (@TenantId, @Id, @Slug, @Name, @Description, @IsDefault, @IsActive, @Policy, @SortOrder, @IsPublic, @Now, @Now)
        on conflict (tenant_id, id) do update set name = excluded.name, description = excluded.description,
            is_default = excluded.is_default, is_active = excluded.is_active, assignment_policy = excluded.assignment_policy,
            sort_order = excluded.sort_order, is_public = excluded.is_public, updated_at = excluded.updated_at
        """;

    private const string AgentSql = """
        insert into desk.agent as a (tenant_id, id, user_id, name, email, role, is_active, created_at)
        values (@TenantId, @Id, @UserId, @Name, @Email, @Role, @IsActive, @Now)
        on conflict (tenant_id, id) do update set name = excluded.name, role = excluded.role, is_active = excluded.is_active
        """;

    private const string LeaveSql = """
        delete from desk.queue_agent where tenant_id = @TenantId and agent_id = @Id and queue_id <> all(@QueueIds)
        """;

    private const string JoinSql = """
        insert into desk.queue_agent as j (tenant_id, queue_id, agent_id)
        select @TenantId, queue_id, @Id from unnest(@QueueIds) queue_id on conflict do nothing
        returning j.queue_id
        """;

    private const string TopicSql = """
        insert into desk.help_topic as h (tenant_id, id, slug, name, queue_id, default_priority, is_active, sort_order, custom_fields,
            is_internal, is_default, created_at, updated_at)
        values (@TenantId, @Id, @Slug, @Name, @QueueId, @DefaultPriority, @IsActive, @SortOrder, @CustomFields::jsonb, @IsInternal, @IsDefault,
            @Now, @Now)
        on conflict (tenant_id, id) do update set name = excluded.name, queue_id = excluded.queue_id,
            default_priority = excluded.default_priority, is_active = excluded.is_active, sort_order = excluded.sort_order,
            custom_fields = excluded.custom_fields, is_internal = excluded.is_internal, is_default = excluded.is_default,
            updated_at = excluded.updated_at
        """;

    private const string BlockSql = """
        insert into desk.setting as s (tenant_id, id, blocked_senders) values (@TenantId, 1, @Senders)
        on conflict (tenant_id, id) do update set blocked_senders = excluded.blocked_senders
        """;

    /// <summary>The difference, null for none; written unless it is a dry run.</summary>
    public Difference? Save(Queue? before, Queue after, bool dryRun)
    {
        var fields = Change.Between(
            ("name", before?.Name, after.Name), ("description", before?.Description, after.Description),
            ("is_default", before?.IsDefault, after.IsDefault), ("is_active", before?.IsActive, after.IsActive),
            ("assignment_policy", before?.Policy, after.Policy), ("sort_order", before?.SortOrder, after.SortOrder),
            ("is_public", before?.IsPublic, after.IsPublic));
        if (fields.Count == 0 || dryRun)
            return Told("queue", after.Slug, before is null, fields);
        db.Enqueue(QueueSql, new
        {
            db.TenantId,
            after.Id,
            after.Slug,
            after.Name,
            after.Description,
            after.IsDefault,
            after.IsActive,
            Policy = WireName<AssignmentPolicy>.Of(after.Policy),
            after.SortOrder,
            after.IsPublic,
            Now = clock.GetUtcNow().UtcDateTime,
        });
        return Written("queue", after.Slug, before is null ? new QueueCreated(after.Id, after.Slug) : new QueueUpdated(after.Id, fields), fields);
    }

    /// <inheritdoc cref="Save(Queue?, Queue, bool)"/>
    public Difference? Save(Agent? before, Agent after, Dictionary<long, string> queues, bool dryRun)
    {
        var fields = Change.Between(
            ("name", before?.Name, after.Name), ("role", before?.Role, after.Role), ("is_active", before?.IsActive, after.IsActive),
            ("queues", before is null ? null : Slugs(before.QueueIds), Slugs(after.QueueIds)));
        if (fields.Count == 0 || dryRun)
            return Told("agent", after.Email, before is null, fields);
        var args = new
        {
            db.TenantId,
            after.Id,
            after.UserId,
            after.Name,
            after.Email,
            after.Role,
            after.IsActive,
            after.QueueIds,
            Now = after.CreatedAt,
        };
        db.Enqueue(AgentSql, args);
        db.Enqueue(LeaveSql, args);
        db.Enqueue(JoinSql, args);
        return Written("agent", after.Email, before is null ? new AgentCreated(after.Id, after.Name) : new AgentUpdated(after.Id, fields), fields);

        string[] Slugs(long[] ids) => [.. ids.Select(id => queues[id]).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc cref="Save(Queue?, Queue, bool)"/>
    public Difference? Save(HelpTopic? before, HelpTopic after, Dictionary<long, string> queues, bool dryRun)
    {
        var (had, has) = (before is null ? null : FieldsOf(before), FieldsOf(after));
        var fields = Change.Between(
            ("name", before?.Name, after.Name), ("queue", Slug(before?.QueueId), Slug(after.QueueId)),
            ("default_priority", (TopicPriority?)before?.DefaultPriority, (TopicPriority?)after.DefaultPriority),
            ("is_active", before?.IsActive, after.IsActive), ("sort_order", before?.SortOrder, after.SortOrder),
            ("custom_fields", had is { } text ? new RawJson(text) : null, new RawJson(has)),
            ("is_internal", before?.IsInternal, after.IsInternal), ("is_default", before?.IsDefault, after.IsDefault));
        if (fields.Count == 0 || dryRun)
            return Told("help topic", after.Slug, before is null, fields);
        db.Enqueue(TopicSql, new
        {
            db.TenantId,
            after.Id,
            after.Slug,
            after.Name,
            after.QueueId,
            DefaultPriority = (short?)after.DefaultPriority,
            after.IsActive,
            after.SortOrder,
            CustomFields = has,
            after.IsInternal,
            after.IsDefault,
            Now = clock.GetUtcNow().UtcDateTime,
        });
        return Written(
            "help topic", after.Slug, before is null ? new HelpTopicCreated(after.Id, after.Slug) : new HelpTopicUpdated(after.Id, fields), fields);

        string? Slug(long? id) => id is { } known ? queues[known] : null;
    }

    /// <inheritdoc cref="Save(Queue?, Queue, bool)"/>
    public Difference? Save(IReadOnlyList<string> before, string[] after, bool dryRun)
    {
        // Those that stay are not told: the list may be long, and the log keeps each change of it.
        var fields = Change.Between(("addresses", before.Except(after).ToArray(), after.Except(before).ToArray()));
        if (fields.Count == 0 || dryRun)
            return Told("setting", "blocked_senders", false, fields);
        db.Enqueue(BlockSql, new { db.TenantId, Senders = after });
        return Written("setting", "blocked_senders", new BlockedSendersChanged(db.TenantId, fields), fields);
    }

    private static string FieldsOf(HelpTopic topic) => JsonSerializer.Serialize(topic.CustomFields, WireJson.Options);

    private static Difference? Told(string kind, string name, bool isNew, IReadOnlyDictionary<string, Change> fields) =>
        fields.Count == 0 ? null : new(kind, name, isNew, fields);

    private Difference Written(string kind, string name, DomainEvent happened, IReadOnlyDictionary<string, Change> fields)
    {
        log.Append(happened);
        catalog.Changed(db);
        return new(kind, name, happened is QueueCreated or AgentCreated or HelpTopicCreated, fields);
    }
}

/// <summary>A queue was changed.</summary>
/// <param name="QueueId">The queue's id.</param>
/// <param name="Fields">The fields before and after.</param>
public sealed record QueueUpdated(long QueueId, IReadOnlyDictionary<string, Change> Fields) : DomainEvent("queue.updated", "queue", QueueId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Fields;
}

/// <summary>An agent was changed.</summary>
/// <param name="AgentId">The agent's id.</param>
/// <param name="Fields">The fields before and after.</param>
public sealed record AgentUpdated(long AgentId, IReadOnlyDictionary<string, Change> Fields) : DomainEvent("agent.updated", "agent", AgentId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Fields;
}

/// <summary>A help topic was changed.</summary>
/// <param name="TopicId">The topic's id.</param>
/// <param name="Fields">The fields before and after.</param>
public sealed record HelpTopicUpdated(long TopicId, IReadOnlyDictionary<string, Change> Fields)
    : DomainEvent("help_topic.updated", "help_topic", TopicId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Fields;
}

/// <summary>The list of senders whose tickets are closed as they come in was changed.</summary>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="Fields">The addresses taken out and those added.</param>
public sealed record BlockedSendersChanged(long TenantId, IReadOnlyDictionary<string, Change> Fields)
    : DomainEvent("desk.blocked_senders_changed", "desk", TenantId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Fields;
}
