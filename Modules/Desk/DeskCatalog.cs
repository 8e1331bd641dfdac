using System.Text.Json;
using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

internal sealed class DeskCatalog(Database database, Signals signals)
    : TenantCatalog<DeskSetup>(database, signals, "desk"), IDeskCatalog
{
    private const string QueuesSql = """
        select q.id, q.slug, q.name, q.description, q.is_default, q.is_active, q.assignment_policy,
            array(select a.agent_id from desk.queue_agent a where a.tenant_id = @TenantId and a.queue_id = q.id order by a.agent_id) as agent_ids,
            q.sort_order, q.created_at, q.updated_at, q.is_public
        from desk.queue q where q.tenant_id = @TenantId order by q.sort_order, q.id
        """;

    private const string AgentsSql = """
        select a.id, a.user_id, a.name, a.email, a.role, a.is_active,
            array(select q.queue_id from desk.queue_agent q where q.tenant_id = @TenantId and q.agent_id = a.id order by q.queue_id) as queue_ids,
            a.created_at
        from desk.agent a where a.tenant_id = @TenantId
        """;

    private const string TopicsSql = """
        select id, slug, name, queue_id, default_priority::int as default_priority, is_active, sort_order,
            custom_fields::text as custom_fields, is_internal, is_default
        from desk.help_topic where tenant_id = @TenantId order by sort_order, id
        """;

    private const string StatusesSql = """
        select id, key, label, category::int as category, is_default from desk.status where tenant_id = @TenantId order by sort_order, id
        """;

    private const string SettingSql = "select reopen_window_days, blocked_senders from desk.setting where tenant_id = @TenantId and id = 1";

    protected override Task<DeskSetup> LoadAsync(TenantDb db, CancellationToken ct) => ReadAsync(db, ct);

    /// <summary>The desk as it is stored now, for who is about to change it.</summary>
    internal static Task<DeskSetup> ReadAsync(TenantDb db, CancellationToken ct)
    {
        var args = new { db.TenantId };
        return db.ReadAsync(
            [new(QueuesSql, args), new(AgentsSql, args), new(TopicsSql, args), new(StatusesSql, args), new(SettingSql, args)],
            async rows =>
            {
                var queues = await rows.ListAsync<QueueRow>(ct);
                var agents = await rows.ListAsync<Agent>(ct);
                var topics = await rows.ListAsync<TopicRow>(ct);
                var statuses = await rows.ListAsync<Status>(ct);
                var setting = await rows.SingleOrDefaultAsync<SettingRow>(ct) ?? new SettingRow(7, []);
                // Ordered here and not by the database, whose order of letters depends on its locale; cursors compare the same way.
                agents.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : a.Id.CompareTo(b.Id));
                return new DeskSetup(
                    queues.ConvertAll(row => row.ToQueue()), agents, topics.ConvertAll(row => row.ToTopic()), statuses,
                    setting.ReopenWindowDays, setting.BlockedSenders);
            }, ct);
    }

    private sealed record QueueRow(
        long Id, string Slug, string Name, string Description, bool IsDefault, bool IsActive, string AssignmentPolicy, long[] AgentIds,
        int SortOrder, DateTime CreatedAt, DateTime UpdatedAt, bool IsPublic)
    {
        public Queue ToQueue() => new(
            Id, Slug, Name, Description, IsDefault, IsActive,
            WireName<AssignmentPolicy>.TryParse(AssignmentPolicy, out var policy) ? policy : Contracts.AssignmentPolicy.Manual,
            AgentIds, SortOrder, CreatedAt, UpdatedAt)
        {
            IsPublic = IsPublic,
        };
    }

    private sealed record TopicRow(
        long Id, string Slug, string Name, long? QueueId, int? DefaultPriority, bool IsActive, int SortOrder, string CustomFields,
        bool IsInternal, bool IsDefault)
    {
        public HelpTopic ToTopic() => new(Id, Slug, Name, QueueId, DefaultPriority, IsActive, SortOrder,
            JsonSerializer.Deserialize<List<CustomField>>(CustomFields, WireJson.Options)!)
        {
            IsInternal = IsInternal,
            IsDefault = IsDefault,
        };
    }

    private sealed record SettingRow(int ReopenWindowDays, string[] BlockedSenders);
}
