using Dapper;
using Npgsql;

namespace Helpdesk.Host.Operation;

/// <summary>What an operator should know before the server serves, or while it does. Reads only.</summary>
/// <param name="Faults">What must be mended, one sentence each.</param>
/// <param name="Notes">What works and may become a fault.</param>
public sealed record Findings(IReadOnlyList<string> Faults, IReadOnlyList<string> Notes);

/// <summary>Looks at role, schema and clock of a deployment, with the eyes of the server's own role.</summary>
/// <param name="database">The pool of the server's role.</param>
/// <param name="migrator">The files of this version.</param>
/// <param name="clock">The clock of this machine.</param>
internal sealed class Inspection(Database database, Migrator migrator, TimeProvider clock)
{
    // Limits count by the minute of each process's clock, and ids are made of it; a second is what a synchronised clock never misses.
    private static readonly TimeSpan SaidFrom = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FaultFrom = TimeSpan.FromSeconds(30);

    // A running process reserves ids this far ahead, so that the next holder of its number cannot repeat them.
    private static readonly TimeSpan Reserved = TimeSpan.FromSeconds(60);
    private const int IdBitsBelowTime = 12;

    private const string NowSql = "select clock_timestamp()";
    private const string NewestSql = "select coalesce(max(clock_ms), 0) from kernel.node";
    private const string TimeoutsSql = """
        select unnest(array['lock_timeout', 'statement_timeout']) as name,
            unnest(array[current_setting('lock_timeout'), current_setting('statement_timeout')]) as value
        """;

    /// <summary>Looks. A database that cannot be reached is an exception.</summary>
    public async Task<Findings> LookAsync(CancellationToken ct)
    {
        var (faults, notes) = (new List<string>(), new List<string>());
        await using var connection = await database.OpenAsync(ct);
        var isReadable = await CompareSchemaAsync(connection, faults, notes, ct);
        if (faults.Count == 0)
            faults.AddRange(await new StartupCheck(database, migrator).FindFaultsAsync(ct));
        foreach (var (name, value) in await connection.QueryAsync<(string Name, string Value)>(TimeoutsSql))
        {
            if (value == "0")
                notes.Add($"The server's role has no {name}, so a statement may hold a request up without end. See 'alter role' in build/deploy/roles.sql.");
        }

        // A clock that is wrong itself says nothing of the ids.
        if (await CompareClocksAsync(connection, faults, notes) && isReadable)
            await CompareIdsAsync(connection, faults, notes);
        return new(faults, notes);
    }

    private async Task<bool> CompareSchemaAsync(NpgsqlConnection connection, List<string> faults, List<string> notes, CancellationToken ct)
    {
        SchemaDifference difference;
        try
        {
            difference = await migrator.DifferenceAsync(connection, ct);
        }
        catch (PostgresException exception) when (exception.SqlState
            is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            // Nothing is there yet, or not for this role; the check of the start says which.
            return false;
        }

        foreach (var name in difference.Altered)
            faults.Add($"The migration {name} was applied with another text than this version has. Serve the version that the database was migrated with.");
        if (difference.Unknown.Count > 0)
            notes.Add($"The database has migrations that this version does not know ({string.Join(", ", difference.Unknown)}): a newer version has been here.");
        return true;
    }

    private async Task<bool> CompareClocksAsync(NpgsqlConnection connection, List<string> faults, List<string> notes)
    {
        // The quickest of a few answers tells best what time it is there.
        var (difference, quickest) = (TimeSpan.Zero, TimeSpan.MaxValue);
        for (var tries = 0; tries < 4; tries++)
        {
            var started = clock.GetTimestamp();
            var there = DateTime.SpecifyKind(await connection.ExecuteScalarAsync<DateTime>(NowSql), DateTimeKind.Utc);
            var took = clock.GetElapsedTime(started);
            if (took < quickest)
                (difference, quickest) = (clock.GetUtcNow().UtcDateTime - took / 2 - there, took);
        }

        return Judge(difference.Duration(), faults, notes,
            $"The clock of this machine is {difference.Duration().TotalSeconds:F1} s {(difference > TimeSpan.Zero ? "ahead of" : "behind")} the database's. Let both follow the same time servers.");
    }

    private async Task CompareIdsAsync(NpgsqlConnection connection, List<string> faults, List<string> notes)
    {
        var newest = Ids.TimeOf(await connection.ExecuteScalarAsync<long>(NewestSql) << IdBitsBelowTime);
        var ahead = newest - Reserved - clock.GetUtcNow();
        Judge(ahead, faults, notes,
            $"Ids were made up to {newest - Reserved:u}, {ahead.TotalSeconds:F0} s ahead of this machine's clock: some clock ran ahead, or this one was set back. New ids follow those.");
    }

    private static bool Judge(TimeSpan difference, List<string> faults, List<string> notes, string sentence)
    {
        if (difference > FaultFrom)
            faults.Add(sentence);
        else if (difference > SaidFrom)
            notes.Add(sentence);
        return difference <= SaidFrom;
    }
}
