using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// Makes the event log's partitions ahead of time, forgets remembered replies that are older than a day and windows of
/// limits that are over, and lets the modules forget.
/// </summary>
public sealed class Housekeeping(Database database, IEnumerable<ITidying> modules, TimeProvider clock, ILogger<Housekeeping> logger)
    : BackgroundService
{
    private const int MonthsAhead = 3;
    private static readonly TimeSpan Round = TimeSpan.FromHours(1);

    private const string PartitionSql = "select log.ensure_partition(@Name, @From, @To)";
    private const string ForgetSql = "select kernel.forget_idempotency(@Before)";
    private const string ForgetWindowsSql = "select kernel.forget_rate_windows(@Second)";

    /// <summary>Makes the partitions from the month before <paramref name="now"/> to some months after it.</summary>
    public static async Task EnsurePartitionsAsync(System.Data.Common.DbConnection connection, DateTimeOffset now)
    {
        for (var ahead = -1; ahead <= MonthsAhead; ahead++)
        {
            var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(ahead);
            await connection.ExecuteAsync(PartitionSql, new
            {
                Name = $"event_{month:yyyy_MM}",
                From = Ids.FirstAt(month),
                To = Ids.FirstAt(month.AddMonths(1)),
            });
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request: a server that was away for longer than the partitions reach must not refuse writes for an hour.
        await TidyAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TidyAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task TidyAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            await EnsurePartitionsAsync(connection, clock.GetUtcNow());
            await connection.ExecuteAsync(ForgetSql, new { Before = clock.GetUtcNow().UtcDateTime.AddHours(-25) });
            await connection.ExecuteAsync(ForgetWindowsSql, new { Second = clock.GetUtcNow().ToUnixTimeSeconds() });
            foreach (var module in modules)
                await module.TidyAsync(connection, clock.GetUtcNow().UtcDateTime, ct);
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or TimeoutException)
        {
            logger.LogWarning("Housekeeping waits for the next round: {Reason}", exception.Message);
        }
    }
}
