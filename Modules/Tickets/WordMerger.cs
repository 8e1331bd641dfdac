using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.Tickets;

/// <summary>
/// Merges the words of new messages into the search index. PostgreSQL collects them in a list that every search reads as well, so they are
/// found at once. Merging is the dearest part of a message, and the cheaper the more are merged together. Done every other second it holds up no
/// request, and the list stays short enough for searches.
/// </summary>
internal sealed class WordMerger(Database database, ILogger<WordMerger> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    private const string MergeSql = "select tickets.merge_words()";

    private volatile bool _isDue;

    /// <summary>Has the words that were just committed merged in the next round.</summary>
    public void Wake() => _isDue = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (_isDue)
                    await MergeAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what waits is found as it is, and merged by the next who merges.
        }
    }

    private async Task MergeAsync(CancellationToken ct)
    {
        _isDue = false;
        try
        {
            await using var connection = await database.OpenAsync(ct);
            await connection.ExecuteAsync(new CommandDefinition(MergeSql, cancellationToken: ct));
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            _isDue = true;
            logger.LogWarning("New words wait for the next round to be merged into the search index: {Reason}", exception.Message);
        }
    }
}
