using Dapper;
using Helpdesk.SharedKernel.Events;

namespace Helpdesk.Host.Observability;

/// <summary>How far the work in the background is behind, over all tenants.</summary>
/// <param name="OutboxDepth">Events that wait for their number; counted up to <see cref="Most"/>.</param>
/// <param name="OutboxAge">For how many seconds the oldest of them waits; 0 when none does.</param>
/// <param name="FeedLag">For each consumer, the numbered events that it has not read yet.</param>
public sealed record Backlog(long OutboxDepth, double OutboxAge, IReadOnlyDictionary<string, long> FeedLag)
{
    /// <summary>Up to here the outbox is counted.</summary>
    public const int Most = 100_000;

    private const string OutboxSql = "select depth, age from log.outbox_backlog(@Most)";
    private const string LagSql = "select name, lag from log.feed_lag(@Names)";

    /// <summary>Asks the database.</summary>
    public static async Task<Backlog> ReadAsync(Database database, IEnumerable<IFeedConsumer> consumers, CancellationToken ct)
    {
        var names = consumers.Select(consumer => consumer.Name).ToArray();
        await using var connection = await database.OpenAsync(ct);
        var (depth, age) = await connection.QuerySingleAsync<(long, double)>(new CommandDefinition(OutboxSql, new { Most }, cancellationToken: ct));
        var lag = names.ToDictionary(name => name, _ => 0L);
        if (names.Length > 0)
        {
            foreach (var (name, behind) in await connection.QueryAsync<(string, long)>(new CommandDefinition(LagSql, new { Names = names }, cancellationToken: ct)))
                lag[name] = behind;
        }

        return new Backlog(depth, age, lag);
    }
}
