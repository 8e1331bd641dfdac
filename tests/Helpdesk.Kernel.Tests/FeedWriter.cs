using Helpdesk.SharedKernel.Data;
using Npgsql;

namespace Helpdesk.Kernel.Tests;

/// <summary>Writes events of one tenant as transactions of any length, some of which end in nothing.</summary>
internal sealed class FeedWriter(HelpdeskApp app, long tenantId)
{
    private readonly Ids _ids = NewIds();
    private readonly List<long> _committed = [];

    /// <summary>The ids of the events that were committed.</summary>
    public IReadOnlyList<long> Committed
    {
        get
        {
            lock (_committed)
                return [.. _committed];
        }
    }

    /// <summary>One transaction with some events, open for a random while.</summary>
    public async Task WriteAsync(Random random, int events, bool rollback = false)
    {
        await using var connection = new NpgsqlConnection(app.ServerConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "select kernel.use_tenant($1)", tenantId);
        var written = new List<long>();
        for (var number = 0; number < events; number++)
        {
            var id = _ids.Next();
            written.Add(id);
            await ExecuteAsync(connection, """
                with event as (
                    insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, at)
                    values ($1, $2, 'test.done', 2, 0, 'test', false, 'test', 1, $3) returning tenant_id, id, at)
                insert into log.outbox as o (tenant_id, event_id, at) select tenant_id, id, at from event
                """, tenantId, id, DateTime.UtcNow);
            await Task.Delay(random.Next(8));
        }

        if (rollback)
        {
            await transaction.RollbackAsync();
            return;
        }

        await transaction.CommitAsync();
        lock (_committed)
            _committed.AddRange(written);
    }

    /// <summary>What the feed of the tenant holds, by number.</summary>
    public Task<IReadOnlyList<(long Seq, long EventId)>> FeedAsync() => app.OwnerQueryAsync<(long, long)>(
        "select id, event_id from log.feed where tenant_id = @TenantId order by id", new { TenantId = tenantId });

    /// <summary>How many events wait for their number.</summary>
    public async Task<long> WaitingAsync() =>
        (await app.OwnerQueryAsync<long>("select count(*) from log.outbox where tenant_id = @TenantId", new { TenantId = tenantId })).Single();

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    private static Ids NewIds()
    {
        var ids = new Ids(TimeProvider.System);
        // A tenant of its own has no events of the servers' nodes but its first.
        ids.Use(63, 0);
        return ids;
    }
}
