using Helpdesk.SharedKernel.Data;

namespace Helpdesk.Audit.Tests;

/// <summary>Events at other times than now, written as the server would have done it then.</summary>
internal static class OldEvents
{
    private const string InsertSql = """
        insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, ticket_id, at)
        select @Id, @First + i * @Step, 'test.done', 3, 1, 'test', false, 'test', @Subject + i, 7, @At from generate_series(0, @Count - 1) i;
        insert into log.outbox (tenant_id, event_id, at) select @Id, @First + i * @Step, @At from generate_series(0, @Count - 1) i
        """;

    public static Task OldEventAsync(this HelpdeskApp app, TestTenant tenant, DateTimeOffset at, string key, int subject) => app.OwnerSqlAsync(
        InsertSql.Replace("'test.done'", $"'{key}'", StringComparison.Ordinal),
        new { tenant.Id, First = Ids.FirstAt(at), Step = 1, Count = 1, Subject = subject, At = at.UtcDateTime });

    /// <summary>Many at once, a millisecond apart from an hour ago.</summary>
    public static Task OldEventsAsync(this HelpdeskApp app, TestTenant tenant, int count, DateTimeOffset? from = null)
    {
        var start = from ?? DateTimeOffset.UtcNow.AddHours(-1);
        // A table that has grown by that much at once is soon analyzed in life, too; without, plans are made for an empty one.
        return app.OwnerSqlAsync(InsertSql + "; analyze log.event, log.feed, log.outbox", new { tenant.Id, First = Ids.FirstAt(start), Step = 4096, Count = count, Subject = 0, At = start.UtcDateTime });
    }
}
