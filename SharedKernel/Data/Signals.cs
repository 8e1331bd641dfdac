using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// Word between the nodes that something of a tenant changed, by LISTEN and NOTIFY. Word can be missed while the connection is down;
/// <see cref="IsListening"/> tells, and those who stand on signals must then look for themselves.
/// </summary>
public sealed class Signals(Database database, ILogger<Signals> logger) : BackgroundService
{
    private const string Channel = "helpdesk";
    private const string NotifySql = "select pg_notify('helpdesk', @Payload)";

    /// <summary>Whether word arrives.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Raised for each word: topic and tenant; a null topic means that any may have been missed.</summary>
    public event Action<string?, long>? Received;

    /// <summary>Adds the word to the transaction of a request; this node hears it right after the commit.</summary>
    public void Enqueue(TenantDb db, string topic)
    {
        var tenantId = db.TenantId;
        db.Enqueue(NotifySql, new { Payload = $"{topic}:{tenantId}" });
        db.AfterCommit(() => Received?.Invoke(topic, tenantId));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or System.IO.IOException)
            {
                logger.LogWarning("Signals are not heard: {Reason}", exception.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            IsListening = false;
            try
            {
                await Task.Delay(500, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, KeepAlive = 10, MaxAutoPrepare = 0 }.ConnectionString);
        await connection.OpenAsync(ct);
        connection.Notification += (_, word) => Hear(word.Payload);
        await connection.ExecuteAsync("listen " + Channel);
        Received?.Invoke(null, 0);
        IsListening = true;
        while (true)
            await connection.WaitAsync(ct);
    }

    private void Hear(string payload)
    {
        var colon = payload.IndexOf(':');
        if (colon > 0 && long.TryParse(payload.AsSpan(colon + 1), out var tenantId))
            Received?.Invoke(payload[..colon], tenantId);
    }
}
