using Helpdesk.Access;
using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>Gives a new tenant its settings, its statuses and one default queue, inside the founding transaction.</summary>
internal sealed class FoundDesk(TenantDb db, Ids ids, TimeProvider clock) : INotificationHandler<TenantCreated>
{
    private const string SettingSql = "insert into desk.setting (tenant_id, id) values (@TenantId, 1)";

    private const string StatusSql = """
        insert into desk.status (tenant_id, id, key, label, category, is_default, sort_order)
        values (@TenantId, @Id, @Key, @Label, @Category, @IsDefault, @SortOrder)
        """;

    private const string QueueSql = """
        insert into desk.queue (tenant_id, id, slug, name, description, is_default, sort_order, created_at, updated_at)
        values (@TenantId, @Id, 'support', 'Support', 'Everything that has no queue of its own.', true, 10, @Now, @Now)
        """;

    // The first of a category stands for it.
    private static readonly (StatusCategory Category, string Key, string Label)[] Statuses =
    [
        (StatusCategory.New, "new", "New"),
        (StatusCategory.Open, "open", "Open"),
        (StatusCategory.Open, "assigned", "Assigned"),
        (StatusCategory.Open, "accepted", "Accepted"),
        (StatusCategory.Open, "in_progress", "In Progress"),
        (StatusCategory.Pending, "pending", "Pending"),
        (StatusCategory.Pending, "pending_awaiting_info", "Pending - Awaiting Info"),
        (StatusCategory.Pending, "pending_awaiting_callback", "Pending - Awaiting Callback"),
        (StatusCategory.Pending, "pending_awaiting_parts", "Pending - Awaiting Parts"),
        (StatusCategory.Pending, "pending_awaiting_approval", "Pending - Awaiting Approval"),
        (StatusCategory.OnHold, "on_hold", "On Hold"),
        (StatusCategory.OnHold, "scheduled", "Scheduled"),
        (StatusCategory.Resolved, "resolved", "Resolved"),
        (StatusCategory.Closed, "closed", "Closed"),
        (StatusCategory.Merged, "merged", "Merged"),
    ];

    public Task Handle(TenantCreated notification, CancellationToken cancellationToken)
    {
        db.Enqueue(SettingSql, new { db.TenantId });
        for (var i = 0; i < Statuses.Length; i++)
        {
            var (category, key, label) = Statuses[i];
            db.Enqueue(StatusSql, new
            {
                db.TenantId,
                Id = ids.Next(),
                Key = key,
                Label = label,
                Category = (short)category,
                IsDefault = i == 0 || Statuses[i - 1].Category != category,
                SortOrder = 10 * (i + 1),
            });
        }

        db.Enqueue(QueueSql, new { db.TenantId, Id = ids.Next(), Now = clock.GetUtcNow().UtcDateTime });
        return Task.CompletedTask;
    }
}
