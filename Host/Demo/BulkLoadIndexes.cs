using Dapper;
using Npgsql;

namespace Helpdesk.Host.Demo;

/// <summary>
/// Takes the secondary indexes off empty tables and builds them again over the full ones, which takes a tenth of the time that keeping
/// them up to date takes. What is taken off is written down first: an import that was killed is mended by the next.
/// </summary>
internal sealed class BulkLoadIndexes(string ownerConnectionString)
{
    private const int MostTries = 5;

    private static readonly string[] Tables = ["tickets.message", "tickets.ticket"];

    private const string IsEmptySql = """
        select not exists (select from tickets.message) and not exists (select from tickets.ticket)
        """;

    private const string ShelveSql = """
        insert into kernel.shelved_index (name, definition)
        select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        from pg_index i where i.indrelid::regclass::text = any(@Tables) and not i.indisunique
        returning name
        """;

    // The searched words take longest to build, so they come first.
    private const string ShelvedSql = "select name, definition from kernel.shelved_index order by definition not like '% gin %', name";

    /// <summary>Takes the indexes off if there is not a single ticket; answers whether it did.</summary>
    public async Task<bool> ShelveAsync(CancellationToken ct)
    {
        // A server may be at work: its readers take the two tables in either order, so no order here is safe from all of them.
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryShelveAsync(ct);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DeadlockDetected && tries < MostTries)
            {
                // Rolled back as if nothing had been done.
            }
        }
    }

    private async Task<bool> TryShelveAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync($"lock table {string.Join(", ", Tables)} in access exclusive mode");
        await connection.ExecuteAsync($"set local role {BulkLoad.Role}");
        var isEmpty = await connection.ExecuteScalarAsync<bool>(IsEmptySql);
        await connection.ExecuteAsync("reset role");
        if (!isEmpty)
            return false;
        foreach (var name in (await connection.QueryAsync<string>(ShelveSql, new { Tables })).AsList())
            await connection.ExecuteAsync($"drop index {name}");
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Builds what is missing, two at a time. Goes on after a request to stop: without its indexes the server would crawl.</summary>
    public async Task RestoreAsync(Action<string> say)
    {
        List<Shelved> shelved;
        await using (var connection = await OpenAsync(CancellationToken.None))
            shelved = (await connection.QueryAsync<Shelved>(ShelvedSql)).AsList();
        if (shelved.Count == 0)
            return;
        say($"building {shelved.Count} indexes …");
        await Parallel.ForEachAsync(shelved, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (index, _) =>
        {
            await using var connection = await OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync("set maintenance_work_mem = '256MB'");
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await connection.ExecuteAsync(index.Definition);
            await connection.ExecuteAsync("delete from kernel.shelved_index where name = @Name", index);
            await transaction.CommitAsync(CancellationToken.None);
        });
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = BulkLoad.Connection(ownerConnectionString);
        await connection.OpenAsync(ct);
        // Names come out of the catalogs with their schema only when it is not searched anyway.
        await connection.ExecuteAsync("set search_path = ''");
        return connection;
    }

    private sealed record Shelved(string Name, string Definition);
}
