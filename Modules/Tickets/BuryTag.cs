using Helpdesk.Tags;

namespace Helpdesk.Tickets;

/// <summary>
/// Takes a deleted tag off every ticket, inside the deleting transaction and however many tickets there are: nobody resolves its id any
/// more, so what is left of it in the tickets' rows is swept up later by <see cref="TagSweeper"/>.
/// </summary>
internal sealed class BuryTag(TenantDb db, RequestContext context, TimeProvider clock) : INotificationHandler<TagDeleted>
{
    private const string MarkSql = """
        insert into tickets.deleted_tag (tenant_id, tag_id, deleted_at, sweep_at) values (@TenantId, @TagId, @Now, @Now)
        """;

    // The number that the caller is told was read before: when a ticket came or went since then, the whole decision is made again.
    private const string UncountSql = """
        with gone as (
            delete from tickets.tally
            where tenant_id = @TenantId and is_test = any('{f,t}') and kind = 't' and owner_id = @TagId
            returning is_test, count)
        select kernel.expect_one((coalesce(sum(count) filter (where is_test = @IsTest), 0) = @Told)::int) from gone
        """;

    public Task Handle(TagDeleted notification, CancellationToken cancellationToken)
    {
        var args = new
        {
            db.TenantId,
            notification.TagId,
            context.Caller.IsTest,
            Told = notification.DetachedTickets,
            Now = clock.GetUtcNow().UtcDateTime,
        };
        db.Enqueue(MarkSql, args);
        db.Enqueue(UncountSql, args);
        return Task.CompletedTask;
    }
}
