using Dapper;
using Helpdesk.Tickets.Contracts;
using Npgsql;

namespace Helpdesk.Access.Tests;

/// <summary>The second lock: what the server's own role can reach in the database when a statement forgets its tenant.</summary>
public sealed class RowLevelSecurityTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string TablesSql = """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
        where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema') order by 1
        """;

    [Fact]
    public async Task Without_a_tenant_no_row_of_any_table_is_seen_changed_or_deleted()
    {
        await WithTicketAsync();
        await using var server = await OpenAsync();
        var tables = await app.OwnerQueryAsync<string>(TablesSql);
        Assert.True(tables.Count >= 20, $"Only {tables.Count} tables were found.");
        foreach (var table in tables)
        {
            Assert.Equal((table, 0L), (table, await server.ExecuteScalarAsync<long>($"select count(*) from {table}")));
            Assert.Equal((table, 0), (table, await RowsAsync(server, $"update {table} set tenant_id = tenant_id")));
            Assert.Equal((table, 0), (table, await RowsAsync(server, $"delete from {table}")));
        }
    }

    [Fact]
    public async Task With_a_tenant_set_only_its_rows_are_seen_changed_and_deleted()
    {
        var (mine, other) = (await WithTicketAsync(), await WithTicketAsync());
        await using var server = await OpenAsync();
        foreach (var table in await app.OwnerQueryAsync<string>(TablesSql))
        {
            await using var transaction = await server.BeginTransactionAsync();
            await server.ExecuteAsync("select kernel.use_tenant(@Id)", new { mine.Id }, transaction);
            Assert.Equal((table, 0L), (table, await server.ExecuteScalarAsync<long>($"select count(*) from {table} where tenant_id <> @Id", new { mine.Id }, transaction)));
            await server.ExecuteAsync("savepoint before", transaction: transaction);
            Assert.Equal((table, 0), (table, await RowsAsync(server, $"delete from {table} where tenant_id = {other.Id}", transaction)));
        }

        Assert.Equal(1, await other.TicketCountAsync());
    }

    [Fact]
    public async Task No_row_can_be_written_for_another_tenant()
    {
        var (mine, other) = (await WithTicketAsync(), await WithTicketAsync());
        var id = (await app.OwnerQueryAsync<long>("select id from log.event where tenant_id = @Id limit 1", new { mine.Id })).Single() + 1;
        var withId = await app.OwnerQueryAsync<string>($"select x from ({TablesSql}) as x(x) where exists (select from pg_attribute where attrelid = x::regclass and attname = 'id')");
        await using var server = await OpenAsync();
        foreach (var table in await app.OwnerQueryAsync<string>(TablesSql))
        {
            var (columns, values) = withId.Contains(table) ? ("tenant_id, id", $"{other.Id}, {id}") : ("tenant_id", $"{other.Id}");
            foreach (var tenant in new long?[] { null, mine.Id })
            {
                await using var transaction = await server.BeginTransactionAsync();
                if (tenant is not null)
                    await server.ExecuteAsync($"select kernel.use_tenant({tenant})", transaction: transaction);
                var refusal = await Assert.ThrowsAsync<PostgresException>(
                    () => server.ExecuteAsync($"insert into {table} ({columns}) values ({values})", transaction: transaction));
                Assert.Equal((table, PostgresErrorCodes.InsufficientPrivilege), (table, refusal.SqlState));
            }
        }
    }

    [Fact]
    public async Task A_row_cannot_be_given_to_another_tenant()
    {
        var (mine, other) = (await WithTicketAsync(), await WithTicketAsync());
        await using var server = await OpenAsync();
        await using var transaction = await server.BeginTransactionAsync();
        await server.ExecuteAsync("select kernel.use_tenant(@Id)", new { mine.Id }, transaction);
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => server.ExecuteAsync("update tickets.ticket set tenant_id = @Id", new { other.Id }, transaction));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task The_tenant_does_not_outlive_its_transaction()
    {
        var mine = await WithTicketAsync();
        await using var server = await OpenAsync();
        await using (var transaction = await server.BeginTransactionAsync())
        {
            await server.ExecuteAsync("select kernel.use_tenant(@Id)", new { mine.Id }, transaction);
            Assert.Equal(1, await server.ExecuteScalarAsync<long>("select count(*) from tickets.ticket", transaction: transaction));
            await transaction.CommitAsync();
        }

        Assert.Equal(0, await server.ExecuteScalarAsync<long>("select count(*) from tickets.ticket"));
    }

    [Fact]
    public async Task Partitions_of_the_event_log_cannot_be_read_by_their_own_names()
    {
        var mine = await WithTicketAsync();
        var partitions = await app.OwnerQueryAsync<string>("select inhrelid::regclass::text from pg_inherits where inhparent = 'log.event'::regclass");
        Assert.True(partitions.Count >= 4);
        await using var server = await OpenAsync();
        foreach (var partition in partitions)
        {
            foreach (var statement in new[] { "select count(*) from", "delete from", "truncate" })
            {
                await using var transaction = await server.BeginTransactionAsync();
                await server.ExecuteAsync("select kernel.use_tenant(@Id)", new { mine.Id }, transaction);
                var refusal = await Assert.ThrowsAsync<PostgresException>(() => server.ExecuteAsync($"{statement} {partition}", transaction: transaction));
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
            }
        }
    }

    [Fact]
    public async Task Functions_that_look_past_the_wall_are_few_and_known()
    {
        await using var server = await OpenAsync();
        // A new one here must show in this class that it gives nothing of another tenant away.
        Assert.Equal(
            [
                "access.find_key", "access.find_tenant", "ai.tenants_with_abandoned_calls", "audit.tenants_to_sign",
                "kernel.forget_idempotency", "kernel.forget_rate_windows", "log.ensure_partition", "log.feed_lag", "log.outbox_age", "log.outbox_backlog", "log.tenants_behind", "log.waiting_tenants",
                "notifications.forget", "notifications.mail_backlog", "notifications.tenants_with_due_mail", "tickets.found",
                "tickets.merge_words", "tickets.newest_found", "tickets.tags_to_sweep", "webhooks.delivery_backlog", "webhooks.due_endpoints", "webhooks.forget",
            ],
            await server.QueryAsync<string>("""
                select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                where p.prosecdef and has_function_privilege(p.oid, 'execute') order by 1
                """));
    }

    [Fact]
    public async Task Functions_that_look_past_the_wall_give_nothing_of_another_tenant_away()
    {
        var (mine, other) = (await WithTicketAsync(), await WithTicketAsync());
        await using var server = await OpenAsync();
        Assert.Equal(0, await SearchAsync(other.Id));
        Assert.Empty(await server.QueryAsync("select * from access.find_key(sha256('guess'))"));
        Assert.Null(await server.ExecuteScalarAsync<string>("select tickets.merge_words()::text"));
        await using var transaction = await server.BeginTransactionAsync();
        await server.ExecuteAsync("select kernel.use_tenant(@Id)", new { mine.Id }, transaction);
        Assert.Equal(1, await SearchAsync(mine.Id));
        Assert.Equal(0, await SearchAsync(other.Id));
        // Of two tickets the newer is sure to be the newest, since a message of the older was seen.
        foreach (var tenant in new[] { mine, other })
            await (await tenant.ClientAsync()).TicketAsync("Lamp");
        Assert.Equal(1, await NewestAsync(mine.Id));
        Assert.Equal(0, await NewestAsync(other.Id));

        Task<long> NewestAsync(long tenantId) => server.ExecuteScalarAsync<long>(
            "select count(*) from tickets.newest_found(@tenantId, @word::tsquery, '%amp%', @sign::tsquery, 1)",
            new { tenantId, word = SearchWords.Query(new(tenantId, false), "lamp"), sign = $"'{new SearchScope(tenantId, false).Prefix}':*" });

        Task<long> SearchAsync(long tenantId) => server.ExecuteScalarAsync<long>(
            "select count(*) from tickets.found(@tenantId, false, null, '%amp%', 1, 100)", new { tenantId });
    }

    [Theory]
    [InlineData("select * from access.all_tenants()")]
    [InlineData("update access.api_key set revoked_at = null")]
    [InlineData("update access.tenant set plan = 'sovereign'")]
    [InlineData("insert into kernel.migration select 'x', 1, 'x', 'x', now()")]
    [InlineData("alter table tickets.ticket disable row level security")]
    [InlineData("drop policy tenant on tickets.ticket")]
    [InlineData("create table kernel.mine (id int)")]
    [InlineData("set role helpdesk_definer")]
    [InlineData("set session authorization postgres")]
    public async Task The_server_s_role_cannot_take_the_wall_down(string statement)
    {
        await using var server = await OpenAsync();
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => server.ExecuteAsync(statement));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    /// <summary>No rows, also where the role may not even try.</summary>
    private static async Task<int> RowsAsync(NpgsqlConnection server, string statement, NpgsqlTransaction? transaction = null)
    {
        try
        {
            return await server.ExecuteAsync(statement, transaction: transaction);
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return 0;
        }
    }

    private async Task<TestTenant> WithTicketAsync()
    {
        var tenant = await app.NewTenantAsync();
        await (await tenant.ClientAsync()).TicketAsync("Lamp");
        return tenant;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(app.ServerConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
