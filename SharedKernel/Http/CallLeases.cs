using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.SharedKernel.Http;

/// <summary>A wish for calls of one window.</summary>
/// <param name="Seconds">The window's length.</param>
/// <param name="Number">How many such lengths have passed since 1970.</param>
/// <param name="Most">The limit.</param>
/// <param name="Wanted">How many would be welcome; 0 to hear only how many are used.</param>
/// <param name="Used">How many were used when this process last heard of it.</param>
internal readonly record struct LeaseRequest(int Seconds, long Number, int Most, int Wanted, int Used);

/// <summary>What became of it.</summary>
/// <param name="Used">Calls that are used or handed out to any process, these among them.</param>
/// <param name="Granted">Calls that this process may let through.</param>
internal readonly record struct Lease(int Used, int Granted);

/// <summary>Leases calls from the database, or makes them up while it is away: the limiter must not be what fails.</summary>
internal sealed class CallLeases(Database database, TimeProvider clock, ILogger<RateLimiter> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private const string LeaseSql =
        "select used, granted from kernel.lease_calls(@TenantId, @KeyId, @Seconds, @Number, @Most, @Wanted)";

    private long _failedAt;

    /// <summary>Leases calls of both windows in one round trip.</summary>
    public async ValueTask<(Lease Minute, Lease Hour)> TakeAsync(ApiKey key, LeaseRequest minute, LeaseRequest hour)
    {
        var failedAt = Interlocked.Read(ref _failedAt);
        if (failedAt != 0 && clock.GetElapsedTime(failedAt) < Pause)
            return (MakeUp(minute), MakeUp(hour));
        try
        {
            // Not the request's own token: others wait for the same lease.
            using var patience = new CancellationTokenSource(Patience);
            var leases = await TenantDb.For(database, key.TenantId).ReadAsync(
                [Statement(key, minute), Statement(key, hour)],
                async rows => (await rows.SingleOrDefaultAsync<Row>(patience.Token), await rows.SingleOrDefaultAsync<Row>(patience.Token)),
                patience.Token);
            Interlocked.Exchange(ref _failedAt, 0);
            return (leases.Item1!.ToLease(), leases.Item2!.ToLease());
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // Once for each pause, and not for each key that meets it.
            if (Interlocked.Exchange(ref _failedAt, clock.GetTimestamp()) == failedAt)
                logger.LogWarning("Requests are counted by this process alone for {Seconds} s: {Reason}", Pause.TotalSeconds, FaultText.Brief(exception));
            return (MakeUp(minute), MakeUp(hour));
        }
    }

    private static Statement Statement(ApiKey key, LeaseRequest request) =>
        new(LeaseSql, new { key.TenantId, KeyId = key.Id, request.Seconds, request.Number, request.Most, request.Wanted });

    private static Lease MakeUp(LeaseRequest request)
    {
        var granted = Math.Clamp(request.Most - request.Used, 0, request.Wanted);
        return new(request.Used + granted, granted);
    }

    private sealed record Row(int Used, int Granted)
    {
        public Lease ToLease() => new(Used, Granted);
    }
}
