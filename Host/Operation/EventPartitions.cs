using System.Globalization;
using Dapper;
using Helpdesk.Audit;
using Npgsql;

namespace Helpdesk.Host.Operation;

/// <summary>Drops the months of the event log that are older than what is to be kept.</summary>
public static class EventPartitions
{
    private const string Prefix = "event_";

    private const string AllSql = """
        select c.relname as name, i.inhdetachpending as is_pending from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'log.event'::regclass order by c.relname
        """;

    // What a run left that was ended between the two steps.
    private const string LooseSql = """
        select c.relname from pg_class c where c.relnamespace = 'log'::regnamespace and c.relkind = 'r' and c.relname ~ '^event_[0-9]{4}_[0-9]{2}$'
            and not exists (select from pg_inherits i where i.inhrelid = c.oid) order by c.relname
        """;

    /// <summary>
    /// Has every tenant sign that the events may go, month by month, and drops them then. Beside running servers: a partition is detached
    /// without holding up anybody. Ended anywhere, it goes on the next time.
    /// </summary>
    /// <param name="deployment">The database.</param>
    /// <param name="before">Months that end before or at this time go.</param>
    /// <param name="evenIfBroken">Whether to go on where a log does not verify.</param>
    /// <param name="ct">Stops between the steps.</param>
    /// <returns>The names of the partitions that are gone.</returns>
    public static async Task<IReadOnlyList<string>> DropAsync(Deployment deployment, DateTime before, bool evenIfBroken, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(deployment.Owner);
        await connection.OpenAsync(ct);
        await using var session = await OperatorSession.OpenAsync(deployment, ct);
        var dropped = new List<string>();
        foreach (var partition in await connection.QueryAsync<Partition>(AllSql))
        {
            if (EndOf(partition.Name) is not { } end || end > before)
                continue;
            foreach (var tenant in await session.TenantsAsync(ct))
            {
                await session.SendAsync(tenant, new RetainAudit(end, evenIfBroken), ct);
                await session.Audit.ForgetAsync(tenant, ct);
            }

            var finish = partition.IsPending ? "finalize" : "concurrently";
            await connection.ExecuteAsync(new CommandDefinition(
                $"alter table log.event detach partition log.{partition.Name} {finish}", commandTimeout: 0, cancellationToken: ct));
            await connection.ExecuteAsync($"drop table log.{partition.Name}");
            dropped.Add(partition.Name);
        }

        foreach (var name in await connection.QueryAsync<string>(LooseSql))
        {
            if (EndOf(name) is not { } end || end > before)
                continue;
            await connection.ExecuteAsync($"drop table log.{name}");
            dropped.Add(name);
        }

        return dropped;
    }

    /// <summary>When the month of a partition is over; null when the name is none of a month's, so nothing else ever gets into a statement.</summary>
    private static DateTime? EndOf(string partition) =>
        partition.StartsWith(Prefix, StringComparison.Ordinal)
        && DateTime.TryParseExact(partition[Prefix.Length..], "yyyy_MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var month)
            ? month.AddMonths(1)
            : null;

    private sealed record Partition(string Name, bool IsPending);
}
