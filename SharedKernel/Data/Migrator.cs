using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Helpdesk.SharedKernel.Modularity;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>One numbered SQL file of a module.</summary>
/// <param name="Module">The schema of the module that owns it.</param>
/// <param name="Number">Its place in the module's order.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Sql">Its statements.</param>
public sealed record Migration(string Module, int Number, string Name, string Sql)
{
    /// <summary>Tells whether an applied file was changed afterwards.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>Whether the file asks to run outside a transaction, as building an index concurrently needs.</summary>
    public bool IsOutsideTransaction => Sql.StartsWith("-- outside a transaction", StringComparison.Ordinal);
}

/// <summary>
/// Brings the schema up to date, forward only, one process at a time. Files are embedded in the modules' assemblies as
/// <c>Migrations/0001_name.sql</c>; an applied file must never change.
/// </summary>
public sealed partial class Migrator
{
    // Any number will do, as long as every process takes the same one.
    private const long Lock = 4_855_476_553;

    private const string HistorySql = """
        create table if not exists kernel.migration (
            module text not null, number int not null, name text not null, checksum text not null, applied_at timestamptz not null,
            primary key (module, number))
        """;

    private const string AppliedSql = "select module, number, name, checksum from kernel.migration";

    private readonly List<Migration> _all = [];

    /// <summary>Collects the files of the kernel and of the modules, in this order.</summary>
    public Migrator(IEnumerable<IModule> modules)
    {
        Collect("kernel", typeof(Migrator).Assembly);
        foreach (var module in modules)
            Collect(module.Schema, module.Assembly);
    }

    /// <summary>Knows these files only, in this order: an earlier version of the schema.</summary>
    internal Migrator(IReadOnlyList<Migration> files) => _all.AddRange(files);

    /// <summary>All files, in the order in which they are applied.</summary>
    public IReadOnlyList<Migration> All => _all;

    /// <summary>Applies what is missing, and answers what that was. Waits while another process migrates.</summary>
    /// <param name="ownerConnectionString">Signs in the role that owns the schema.</param>
    /// <param name="ct">Stops between statements.</param>
    public async Task<IReadOnlyList<Migration>> MigrateAsync(string ownerConnectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(ct);
        await connection.ExecuteAsync("select pg_advisory_lock(@Lock)", new { Lock });
        await connection.ExecuteAsync("set search_path = ''");
        await connection.ExecuteAsync("create schema if not exists kernel");
        await connection.ExecuteAsync(HistorySql);
        var pending = Compare(await connection.QueryAsync<Applied>(AppliedSql));
        foreach (var migration in pending)
            await ApplyAsync(connection, migration, ct);
        await connection.ExecuteAsync("do $$ begin grant select on kernel.migration to helpdesk_app; end $$");
        await connection.ExecuteAsync("select pg_advisory_unlock(@Lock)", new { Lock });
        return pending;
    }

    /// <summary>What is missing in a database, seen through the server's own role. Throws when an applied file was changed.</summary>
    public async Task<IReadOnlyList<Migration>> PendingAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            return Compare(await connection.QueryAsync<Applied>(new CommandDefinition(AppliedSql, cancellationToken: ct)));
        }
        catch (PostgresException exception) when (exception.SqlState
            is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            return _all;
        }
    }

    /// <summary>How a migrated database differs from this version.</summary>
    public async Task<SchemaDifference> DifferenceAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var applied = (await connection.QueryAsync<Applied>(new CommandDefinition(AppliedSql, cancellationToken: ct))).AsList();
        var known = _all.ToDictionary(migration => (migration.Module, migration.Number));
        return new(
            [.. applied.Where(row => known.TryGetValue((row.Module, row.Number), out var file) && file.Checksum != row.Checksum).Select(NameOf)],
            [.. applied.Where(row => !known.ContainsKey((row.Module, row.Number))).Select(NameOf).Order(StringComparer.Ordinal)]);

        static string NameOf(Applied row) => $"{row.Module}/{row.Name}";
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        await using var transaction = migration.IsOutsideTransaction ? null : await connection.BeginTransactionAsync(ct);
        foreach (var text in SqlScript.Split(migration.Sql))
            foreach (var statement in await PartitionScript.ExpandAsync(connection, text))
            {
                try
                {
                    await using var command = new NpgsqlCommand(statement, connection, transaction);
                    await command.ExecuteNonQueryAsync(ct);
                }
                catch (PostgresException exception)
                {
                    throw new MigrationException($"{migration.Module}/{migration.Name}: {exception.MessageText}\n{statement}", exception);
                }
            }

        await connection.ExecuteAsync(
            "insert into kernel.migration (module, number, name, checksum, applied_at) values (@Module, @Number, @Name, @Checksum, now())",
            migration, transaction);
        if (transaction is not null)
            await transaction.CommitAsync(ct);
    }

    private List<Migration> Compare(IEnumerable<Applied> applied)
    {
        var known = applied.ToDictionary(row => (row.Module, row.Number), row => row.Checksum);
        foreach (var migration in _all)
        {
            if (known.TryGetValue((migration.Module, migration.Number), out var checksum) && checksum != migration.Checksum)
                throw new MigrationException($"{migration.Module}/{migration.Name} was changed after it was applied. Write a new one.", null);
        }

        return [.. _all.Where(migration => !known.ContainsKey((migration.Module, migration.Number)))];
    }

    private void Collect(string module, Assembly assembly)
    {
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (FileName().Match(resource) is not { Success: true } match)
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            _all.Add(new Migration(module, int.Parse(match.Groups[2].ValueSpan), match.Groups[1].Value, sql));
        }
    }

    [GeneratedRegex(@"\.Migrations\.(_?(\d{4})_\w+\.sql)$")]
    private static partial Regex FileName();

    private sealed record Applied(string Module, int Number, string Name, string Checksum);
}

/// <summary>How a database differs from a version of the program, beside files that wait to be applied.</summary>
/// <param name="Altered">Files that were applied with another text.</param>
/// <param name="Unknown">Files that were applied and that this version does not have: a newer one has been here.</param>
public sealed record SchemaDifference(IReadOnlyList<string> Altered, IReadOnlyList<string> Unknown);

/// <summary>A migration failed or is not what was applied.</summary>
public sealed class MigrationException(string message, Exception? inner) : Exception(message, inner);
