using Helpdesk.SharedKernel.Observability;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>
/// Delivers what is due, of all tenants. Woken by what this process makes, and by a sweep for the rest: attempts whose time has come, and
/// what other processes made or left behind. Several processes share the work; one that dies loses nothing but its leases.
/// </summary>
internal sealed class Dispatcher(Turns turns, DeliveryQueue queue, Deliverer deliverer, ILogger<Dispatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    // What attempts that are under way get when the process stops, so that they are not cut off for nothing.
    private static readonly TimeSpan LastMoments = TimeSpan.FromSeconds(5);

    // Turns of a lane that are at the database at a time: one tenant's must not hold up another's.
    private const int TurnsAtOnce = 3;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var cut = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => cut.CancelAfter(LastMoments));
        await Task.WhenAll(
            SweepAsync(stoppingToken), RunAsync(turns.Answering, cut.Token, stoppingToken), RunAsync(turns.Failing, cut.Token, stoppingToken));
        await deliverer.FinishAsync();
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Sweep);
        (long, long) after = default;
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
                after = await SweepOnceAsync(after, ct);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Wakes endpoints that are due, a bounded number at a time; answers where to go on.</summary>
    private async Task<(long, long)> SweepOnceAsync((long, long) after, CancellationToken ct)
    {
        try
        {
            var waiting = await queue.WaitingAsync(after, ct);
            foreach (var tenant in waiting.Where(one => one.IsDue).GroupBy(one => one.TenantId, one => one.EndpointId))
                turns.Wake(tenant.Key, tenant);
            return waiting.Count == DeliveryQueue.MostOfASweep ? (waiting[^1].TenantId, waiting[^1].EndpointId) : default;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            logger.LogWarning("Webhook deliveries that are due could not be looked for: {Reason}", FaultText.Brief(exception));
            return after;
        }
    }

    private async Task RunAsync(Lane lane, CancellationToken cut, CancellationToken ct)
    {
        var room = new SemaphoreSlim(TurnsAtOnce);
        try
        {
            while (true)
            {
                await room.WaitAsync(ct);
                deliverer.Begin(await turns.NextAsync(lane, ct), () => room.Release(), cut);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what waits is swept up by whoever runs next.
        }
    }
}
