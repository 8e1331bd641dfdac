using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.Tickets;

/// <summary>
/// Takes the ids of deleted tags out of the tickets' rows, a few tickets at a time. Every step is a transaction of its own that starts
/// from what it finds, so it can be cut off anywhere and run on several nodes at once.
/// </summary>
internal sealed class TagSweeper(Database database, TimeProvider clock, ILogger<TagSweeper> logger) : BackgroundService
{
    private const int Most = 100;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    // A node that missed the word may believe in the tag for five minutes, and a request that began then may still give it to a ticket.
    private static readonly TimeSpan LateComers = TimeSpan.FromMinutes(20);

    private const string DueSql = "select tenant_id, tag_id, deleted_at from tickets.tags_to_sweep(@Now, 100)";

    // Tickets that somebody is writing to are left for the next round, so a sweep waits for nobody; locked before their links, as every
    // writer does, so it cannot deadlock either. The version moves on: who decided on the old tag_ids decides again instead of writing
    // them back.
    private const string SweepSql = """
        with candidates as materialized (
            select g.ticket_id from tickets.ticket_tag g
            where g.tenant_id = @TenantId and g.tag_id = @TagId and g.ticket_id > @After
            order by g.ticket_id limit @Most),
        batch as (
            select t.id from tickets.ticket t
            where t.tenant_id = @TenantId and t.id = any(array(select ticket_id from candidates))
            for update skip locked),
        cleaned as (
            update tickets.ticket t set tag_ids = array_remove(t.tag_ids, @TagId), version = t.version + 1
            where t.tenant_id = @TenantId and t.id = any(array(select id from batch))
            returning t.id),
        unlinked as (
            delete from tickets.ticket_tag g
            where g.tenant_id = @TenantId and g.tag_id = @TagId and g.ticket_id = any(array(select id from cleaned))
            returning 1)
        select max(ticket_id) from candidates
        """;

    private const string LeftSql = """
        select exists (select from tickets.ticket_tag g where g.tenant_id = @TenantId and g.tag_id = @TagId)
        """;

    private const string LaterSql = """
        update tickets.deleted_tag set sweep_at = @SweepAt where tenant_id = @TenantId and tag_id = @TagId returning tag_id
        """;

    private const string ForgetSql = """
        with counts as (
            delete from tickets.tally
            where tenant_id = @TenantId and is_test = any('{f,t}') and kind = 't' and owner_id = @TagId)
        delete from tickets.deleted_tag where tenant_id = @TenantId and tag_id = @TagId returning tag_id
        """;

    /// <summary>Sweeps everything that is due, once.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var due = await connection.QueryAsync<DeadTag>(
            new CommandDefinition(DueSql, new { Now = clock.GetUtcNow().UtcDateTime }, cancellationToken: ct));
        await connection.CloseAsync();
        foreach (var tag in due)
            await SweepAsync(tag, ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
                {
                    logger.LogWarning("Deleted tags wait for the next round: {Reason}", exception.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: whoever runs next goes on.
        }
    }

    private async Task SweepAsync(DeadTag tag, CancellationToken ct)
    {
        var db = TenantDb.For(database, tag.TenantId);
        long? after = 0;
        while (after is not null)
        {
            var started = clock.GetTimestamp();
            var args = new { tag.TenantId, tag.TagId, After = after.Value, Most };
            after = await db.SingleOrDefaultAsync<long?>(SweepSql, args, ct);
            // Works half of the time at most: the database is there for the requests.
            if (after is not null)
                await Task.Delay(clock.GetElapsedTime(started), ct);
        }

        if (await db.SingleOrDefaultAsync<bool>(LeftSql, new { tag.TenantId, tag.TagId }, ct))
            return;
        var last = tag.DeletedAt + LateComers;
        if (clock.GetUtcNow().UtcDateTime < last)
            await db.SingleOrDefaultAsync<long>(LaterSql, new { tag.TenantId, tag.TagId, SweepAt = last }, ct);
        else
            await db.SingleOrDefaultAsync<long>(ForgetSql, new { tag.TenantId, tag.TagId }, ct);
    }

    private sealed record DeadTag(long TenantId, long TagId, DateTime DeletedAt);
}
