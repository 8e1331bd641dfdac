using System.Collections.Concurrent;
using System.Threading.Channels;
using Dapper;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Observability;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Helpdesk.SharedKernel.Events;

/// <summary>Tells the sealer of this process which tenants have new events.</summary>
public sealed class SealerSignal
{
    private readonly Channel<long> _tenants = Channel.CreateUnbounded<long>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<long, bool> _waiting = new();

    internal ChannelReader<long> Tenants => _tenants.Reader;

    /// <summary>Has the tenant's events numbered soon. Cheap, and cheaper while the tenant waits already.</summary>
    public void Wake(long tenantId)
    {
        if (_waiting.TryAdd(tenantId, true))
            _tenants.Writer.TryWrite(tenantId);
    }

    internal void Taken(long tenantId) => _waiting.TryRemove(tenantId, out _);
}

/// <summary>
/// The outbox worker: numbers committed events for each tenant and lets the consumers read them. Woken by this process's own writes, and
/// by a sweep for those of processes that died or do not work in the background.
/// </summary>
internal sealed class Sealer(
    SealerSignal signal, Feed feed, Database database, IEnumerable<IFeedConsumer> consumers, TimeProvider clock, ILogger<Sealer> logger)
    : BackgroundService
{
    private const string WaitingSql = "select * from log.waiting_tenants(200)";

    // Events that arrive together are numbered together: one commit for many instead of one for each.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    // Tenants whose consumers failed, or could not be reached, at the last try.
    private readonly ConcurrentDictionary<long, bool> _again = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RunAsync(stoppingToken), SweepAsync(stoppingToken));

    private async Task RunAsync(CancellationToken ct)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct };
        try
        {
            while (await signal.Tenants.WaitToReadAsync(ct))
            {
                await Task.Delay(Gather, ct);
                var tenants = new List<long>();
                while (signal.Tenants.TryRead(out var tenantId))
                {
                    signal.Taken(tenantId);
                    tenants.Add(tenantId);
                }

                await Parallel.ForEachAsync(tenants, options, async (tenantId, token) => await SealAsync(tenantId, token));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what waits is swept up by whoever runs next.
        }
    }

    private async Task SealAsync(long tenantId, CancellationToken ct)
    {
        using var span = Telemetry.Start("number events");
        try
        {
            while (await feed.SealAsync(tenantId, ct) == 500)
            {
            }

            foreach (var consumer in consumers)
                await feed.ConsumeAsync(tenantId, consumer, clock, ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _again[tenantId] = true;
            logger.LogWarning("Events of tenant {TenantId} wait for another try: {Reason}", tenantId, FaultText.Brief(exception));
        }
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Sweep);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
                await SweepOnceAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task SweepOnceAsync(CancellationToken ct)
    {
        foreach (var tenantId in _again.Keys)
        {
            _again.TryRemove(tenantId, out _);
            signal.Wake(tenantId);
        }

        try
        {
            await using var connection = await database.OpenAsync(ct);
            foreach (var tenantId in await connection.QueryAsync<long>(new CommandDefinition(WaitingSql, cancellationToken: ct)))
                signal.Wake(tenantId);
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or TimeoutException)
        {
            logger.LogWarning("The outbox could not be swept: {Reason}", exception.Message);
        }
    }
}
