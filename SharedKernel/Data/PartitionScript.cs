using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// Statements of a migration that run once for each partition of a table. PostgreSQL cannot build an index on a partitioned table beside
/// its writers, only on its partitions one by one, and which those are no file can know.
/// </summary>
internal static partial class PartitionScript
{
    private const string PartitionsSql = """
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = @Table::regclass and not exists (
            select from pg_index x join pg_inherits part on part.inhrelid = x.indexrelid join pg_class whole on whole.oid = part.inhparent
            where x.indrelid = c.oid and whole.relname = @Index)
        order by c.relname
        """;

    /// <summary>
    /// The statement itself; or, after a comment <c>-- for each partition of TABLE without INDEX</c>, the statement for each partition
    /// whose part of the index is not attached yet, with the partition's name in place of <c>{partition}</c>. A migration that was cut
    /// off goes on where it was.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ExpandAsync(NpgsqlConnection connection, string statement)
    {
        if (ForEach().Match(statement) is not { Success: true } match)
            return [statement];
        var partitions = await connection.QueryAsync<string>(
            PartitionsSql, new { Table = match.Groups["table"].Value, Index = match.Groups["index"].Value });
        return [.. partitions.Select(partition => statement.Replace("{partition}", partition, StringComparison.Ordinal))];
    }

    [GeneratedRegex(@"^-- for each partition of (?<table>[\w.]+) without (?<index>\w+)$", RegexOptions.Multiline)]
    private static partial Regex ForEach();
}
