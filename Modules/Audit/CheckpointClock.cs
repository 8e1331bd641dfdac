using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.Audit;

/// <summary>Signs the chains that have grown, at the interval that the settings say. Runs on every node; a number is signed once.</summary>
internal sealed class CheckpointClock(
    Database database, CheckpointWriter checkpoints, AuditOptions options, TimeProvider clock, ILogger<CheckpointClock> logger)
    : BackgroundService
{
    private const string DueSql = "select tenant_id from audit.tenants_to_sign(@Due, 200) tenant_id";

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!checkpoints.CanSign)
        {
            logger.LogWarning("The audit log is sealed and not signed: set Helpdesk:Audit:SigningKey");
            return;
        }

        using var timer = new PeriodicTimer(Round);
        try
        {
            do
                await SignAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping: whoever runs next signs.
        }
    }

    private async Task SignAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            var due = clock.GetUtcNow().UtcDateTime.AddMinutes(-options.CheckpointMinutes);
            var tenants = await connection.QueryAsync<long>(new CommandDefinition(DueSql, new { Due = due }, cancellationToken: ct));
            await connection.CloseAsync();
            foreach (var tenantId in tenants)
                await checkpoints.SignAsync(tenantId, ct);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("Checkpoints wait for the next round: {Reason}", exception.Message);
        }
    }
}
