using System.Collections.Concurrent;
using System.Diagnostics;
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
/// by a sweep for those of processes that died or do not work in the background; the sweep also finds events that are numbered and unread.
/// </summary>
internal sealed class Sealer(
    SealerSignal signal, Feed feed, FeedReader reader, Database database, IEnumerable<IFeedConsumer> consumers, TimeProvider clock,
    ILogger<Sealer> logger)
    : BackgroundService
{
    private const string WaitingSql = "select * from log.waiting_tenants(200)";
    private const string BehindSql = "select * from log.tenants_behind(@Names, @Now, 200)";

    // Events that arrive together are numbered together: one commit for many instead of one for each.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    // Where a round takes long, there is much to do, and more at once is cheaper than at once and again: the worker rests at least as long
    // as it worked, up to this.
    private static readonly TimeSpan LongestGather = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    // Every so many sweeps. Consumers fall behind only where a process died or stopped between numbering and reading, or where two met.
    private const int SweepsForConsumers = 5;

    // Tenants whose consumers failed, or could not be reached, at the last try.
    private readonly ConcurrentDictionary<long, bool> _again = new();

    private readonly IFeedConsumer[] _consumers = [.. consumers];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RunAsync(stoppingToken), SweepAsync(stoppingToken));

    private async Task RunAsync(CancellationToken ct)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct };
        try
        {
            var worked = TimeSpan.Zero;
            while (await signal.Tenants.WaitToReadAsync(ct))
            {
                await Task.Delay(worked > LongestGather ? LongestGather : worked > Gather ? worked : Gather, ct);
                var started = Stopwatch.GetTimestamp();
                var tenants = new List<long>();
                while (signal.Tenants.TryRead(out var tenantId))
                {
                    signal.Taken(tenantId);
                    tenants.Add(tenantId);
                }

                await Parallel.ForEachAsync(tenants, options, async (tenantId, token) => await SealAsync(tenantId, token));
                worked = Stopwatch.GetElapsedTime(started);
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
        await TryAsync(tenantId, "the numbering", async () =>
        {
            while (await feed.SealAsync(tenantId, ct) == 500)
            {
            }
        }, ct);
        if (_consumers.Length > 0)
        {
            await TryAsync(tenantId, "the reading", () => reader.ReadAsync(
                tenantId, _consumers, (consumer, exception) => Failed(tenantId, consumer.Name, exception), ct), ct);
        }
    }

    private async Task TryAsync(long tenantId, string who, Func<Task> work, CancellationToken ct)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            Failed(tenantId, who, exception);
        }
    }

    private void Failed(long tenantId, string who, Exception exception)
    {
        _again[tenantId] = true;
        logger.LogWarning("Events of tenant {TenantId} wait for another try of {Who}: {Reason}", tenantId, who, FaultText.Brief(exception));
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Sweep);
        try
        {
            for (var round = 1; await timer.WaitForNextTickAsync(ct); round++)
                await SweepOnceAsync(withConsumers: round % SweepsForConsumers == 0, ct);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task SweepOnceAsync(bool withConsumers, CancellationToken ct)
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
            var args = new { Names = _consumers.Select(consumer => consumer.Name).ToArray(), Now = clock.GetUtcNow().UtcDateTime };
            if (!withConsumers || args.Names.Length == 0)
                return;
            foreach (var tenantId in await connection.QueryAsync<long>(new CommandDefinition(BehindSql, args, cancellationToken: ct)))
                signal.Wake(tenantId);
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or TimeoutException)
        {
            logger.LogWarning("The outbox could not be swept: {Reason}", exception.Message);
        }
    }
}
