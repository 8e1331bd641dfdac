using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// Word between the nodes that something of a tenant changed, by LISTEN and NOTIFY. Word can be missed while the connection is down, and
/// never comes through a pooler in transaction mode; <see cref="IsListening"/> tells, and those who stand on signals must then look for
/// themselves.
/// </summary>
/// <remarks>It is not taken on trust: every few seconds the node sends word to itself through the pool, and waits for its echo.</remarks>
public sealed class Signals(Database database, ILogger<Signals> logger) : BackgroundService
{
    private const string Channel = "helpdesk";
    private const string EchoTopic = "echo";
    private const string NotifySql = "select pg_notify('helpdesk', @Payload)";

    private static readonly TimeSpan Echoes = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EchoWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AgainSoon = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AgainLater = TimeSpan.FromSeconds(30);

    private long _echo;
    private string? _reason;

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
        try
        {
            while (true)
                await Task.Delay(await TryListenAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Listens until something breaks; answers how long to wait before the next try.</summary>
    private async Task<TimeSpan> TryListenAsync(CancellationToken ct)
    {
        try
        {
            await ListenAsync(ct);
            Lost("word that this process sends to itself does not come back. Behind a pooler in transaction mode, "
                + "set ConnectionStrings__HelpdeskDirect to the database itself");
            return AgainLater;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or System.IO.IOException)
        {
            Lost(exception.Message);
            return AgainSoon;
        }
        finally
        {
            IsListening = false;
        }
    }

    /// <summary>Returns when word does not arrive.</summary>
    private async Task ListenAsync(CancellationToken ct)
    {
        await using var source = database.CreateDirectSource("helpdesk_signals");
        await using var connection = await source.OpenConnectionAsync(ct);
        connection.Notification += (_, word) => Hear(word.Payload);
        await connection.ExecuteAsync("listen " + Channel);
        while (await HearsEchoAsync(connection, ct))
        {
            if (!IsListening)
                Found();
            for (var until = DateTime.UtcNow + Echoes; DateTime.UtcNow < until;)
                await connection.WaitAsync(until - DateTime.UtcNow + TimeSpan.FromMilliseconds(1), ct);
        }
    }

    private async Task<bool> HearsEchoAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        _echo = RandomNumberGenerator.GetInt32(1, int.MaxValue);
        await using (var pooled = await database.OpenAsync(ct))
            await pooled.ExecuteAsync(new CommandDefinition(NotifySql, new { Payload = $"{EchoTopic}:{_echo}" }, cancellationToken: ct));
        for (var until = DateTime.UtcNow + EchoWithin; _echo != 0 && DateTime.UtcNow < until;)
            await connection.WaitAsync(until - DateTime.UtcNow + TimeSpan.FromMilliseconds(1), ct);
        return _echo == 0;
    }

    private void Hear(string payload)
    {
        var colon = payload.IndexOf(':');
        if (colon <= 0 || !long.TryParse(payload.AsSpan(colon + 1), out var number))
            return;
        if (!payload.AsSpan(0, colon).SequenceEqual(EchoTopic))
            Received?.Invoke(payload[..colon], number);
        else if (number == _echo)
            _echo = 0;
    }

    private void Found()
    {
        // First forget, then trust: what was kept while nothing was heard may be stale.
        Received?.Invoke(null, 0);
        IsListening = true;
        if (_reason is not null)
            logger.LogInformation("Signals are heard again");
        _reason = null;
    }

    /// <summary>Says it once, not at every try.</summary>
    private void Lost(string reason)
    {
        if (_reason != reason)
            logger.LogWarning("Signals are not heard, so changes by other processes show up to a second later: {Reason}", reason);
        _reason = reason;
    }
}
