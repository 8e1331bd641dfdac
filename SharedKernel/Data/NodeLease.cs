using Dapper;
using Helpdesk.SharedKernel.Observability;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// Holds a node number for this process, so that its ids are no other's. A lease that cannot be renewed in time stops the ids before
/// another process may take the number over.
/// </summary>
internal sealed class NodeLease(Database database, Ids ids, TimeProvider clock, ILogger<NodeLease> logger) : BackgroundService
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(45);

    private const string TakeSql = """
        with free as (
            select number from generate_series(0, @Last) number
            where not exists (select from kernel.node taken where taken.number = number.number and taken.expires_at > now())
            order by random() limit 1)
        insert into kernel.node as node (number, owner, expires_at, clock_ms)
        select free.number, @Owner, now() + @Term, 0 from free
        on conflict (number) do update set owner = excluded.owner, expires_at = excluded.expires_at where node.expires_at <= now()
        returning number, clock_ms
        """;

    private const string RenewSql = """
        update kernel.node set expires_at = now() + @Term, clock_ms = @ClockMs where number = @Number and owner = @Owner
        """;

    private const string ReleaseSql = "update kernel.node set expires_at = now(), clock_ms = @ClockMs where number = @Number and owner = @Owner";

    private readonly Guid _owner = Guid.NewGuid();
    private int _number = -1;
    private long _renewed;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TakeAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Renewal);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RenewAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the number is given back below.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        ids.Stop();
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await connection.ExecuteAsync(ReleaseSql, new { ClockMs = ids.LastMs, Number = _number, Owner = _owner });
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or OperationCanceledException)
        {
            logger.LogInformation("The node number was not given back; its lease runs out by itself.");
        }
    }

    private async Task TakeAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var lease = await connection.QuerySingleOrDefaultAsync<Lease>(
                TakeSql, new { Last = (1 << Ids.NodeBits) - 1, Owner = _owner, Term });
            if (lease is null)
                continue;
            _number = lease.Number;
            _renewed = clock.GetTimestamp();
            ids.Use(lease.Number, lease.ClockMs);
            return;
        }

        throw new InvalidOperationException($"All {1 << Ids.NodeBits} node numbers are taken.");
    }

    private async Task RenewAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            // Ids up to the next renewal may be given while this one is the last that the database sees.
            var clockMs = Math.Max(ids.LastMs, Ids.NowMs(clock)) + (long)Term.TotalMilliseconds;
            if (await connection.ExecuteAsync(RenewSql, new { Term, ClockMs = clockMs, Number = _number, Owner = _owner }) == 0)
                await TakeAsync(ct);
            _renewed = clock.GetTimestamp();
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or InvalidOperationException or TimeoutException)
        {
            if (clock.GetElapsedTime(_renewed) > GiveUp)
                ids.Stop();
            Telemetry.LeaseRenewalsFailed.Add(1);
            logger.LogWarning("The node number could not be renewed: {Reason}", exception.Message);
        }
    }

    private sealed record Lease(int Number, long ClockMs);
}
