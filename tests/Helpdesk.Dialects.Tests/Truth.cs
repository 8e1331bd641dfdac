using Helpdesk.Desk.Contracts;

namespace Helpdesk.Dialects.Tests;

/// <summary>A ticket as it is stored, read past every dialect.</summary>
internal sealed record Truth(
    long Id, int Number, string Subject, int Priority, long StatusId, string StatusLabel, StatusCategory Category, long QueueId, string QueueName,
    long? TopicId, string? TopicName, string? Order, bool IsBlocked, string Email, string Name, DateTime CreatedAt, DateTime UpdatedAt)
{
    private const string Select = """
        select t.id, t.number, t.subject, t.priority::int, s.id as status_id, s.label as status_label, s.category::int, q.id as queue_id,
            q.name as queue_name, h.id as topic_id, h.name as topic_name, t.custom_fields ->> 'order' as "order", t.is_blocked, r.email, r.name, t.created_at, t.updated_at
        from tickets.ticket t join desk.status s on s.tenant_id = t.tenant_id and s.id = t.status_id
        join desk.queue q on q.tenant_id = t.tenant_id and q.id = t.queue_id
        join tickets.requester r on r.tenant_id = t.tenant_id and r.id = t.requester_id
        left join desk.help_topic h on h.tenant_id = t.tenant_id and h.id = t.help_topic_id
        where t.tenant_id = @TenantId and t.id = @Id
        """;

    /// <summary>The messages that the requester may see, oldest first.</summary>
    public IReadOnlyList<Said> Messages { get; private init; } = [];

    /// <summary>Gives the ticket a status that no dialect names, as operators' own programs do.</summary>
    public static Task SetStatusAsync(TestTenant tenant, long id, string key) => tenant.App.OwnerSqlAsync("""
        update tickets.ticket set version = version + 1, status_id = (select s.id from desk.status s where s.tenant_id = @TenantId and s.key = @key)
        where tenant_id = @TenantId and id = @id
        """, new { TenantId = tenant.Id, id, key });

    public static async Task<Truth> ReadAsync(TestTenant tenant, long id)
    {
        var args = new { TenantId = tenant.Id, Id = id };
        var row = (await tenant.App.OwnerQueryAsync<Truth>(Select, args)).Single();
        return row with
        {
            Messages = await tenant.App.OwnerQueryAsync<Said>("""
                select id, author_kind::int as kind, body_md as body, created_at from tickets.message
                where tenant_id = @TenantId and ticket_id = @Id and kind = 0 and not is_internal order by id
                """, args),
        };
    }
}

/// <summary>A message.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">Who wrote it.</param>
/// <param name="Body">The text.</param>
/// <param name="CreatedAt">When it was written.</param>
internal sealed record Said(long Id, SharedKernel.Tenancy.ActorKind Kind, string Body, DateTime CreatedAt);
