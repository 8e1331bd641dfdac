using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Helpdesk.Access;

/// <summary>Notes when and from where each key was last used, and writes it down every now and then; a crash may lose the last notes.</summary>
internal sealed class LastUsed(Database database, ILogger<LastUsed> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    private const string UpdateSql = """
        update access.api_key k set last_used_at = n.at, last_used_ip = n.ip
        from unnest(@Ids, @Times, @Addresses) as n(id, at, ip)
        where k.tenant_id = @TenantId and k.id = n.id
        """;

    private ConcurrentDictionary<long, Use> _notes = new();

    public void Note(ApiKey key, IPAddress? address, DateTime at)
    {
        // A key that was noted within the same second needs no new note.
        if (_notes.TryGetValue(key.Id, out var present) && at - present.At < TimeSpan.FromSeconds(1))
            return;
        _notes[key.Id] = new Use(key.TenantId, at, address);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the last notes are written below.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        var notes = Interlocked.Exchange(ref _notes, new());
        try
        {
            foreach (var tenant in notes.GroupBy(note => note.Value.TenantId))
            {
                var db = TenantDb.For(database, tenant.Key);
                var rows = tenant.ToArray();
                await db.SingleOrDefaultAsync<int>(UpdateSql, new
                {
                    db.TenantId,
                    Ids = rows.Select(row => row.Key).ToArray(),
                    Times = rows.Select(row => row.Value.At).ToArray(),
                    Addresses = rows.Select(row => row.Value.Address?.ToString() ?? "").ToArray(),
                }, ct);
            }
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or TimeoutException or OperationCanceledException)
        {
            logger.LogInformation("The last use of {Count} keys was not written: {Reason}", notes.Count, exception.Message);
        }
    }

    private sealed record Use(long TenantId, DateTime At, IPAddress? Address);
}
