using System.Collections.Concurrent;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.Extensions.Logging;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Section <c>Helpdesk:Limits</c> of the configuration.</summary>
public sealed class LimitOptions
{
    /// <summary>Requests a minute for each key that has no limit of its own and no tenant's.</summary>
    public int PerMinute { get; set; } = 60;

    /// <summary>Requests an hour for each key that has no limit of its own and no tenant's.</summary>
    public int PerHour { get; set; } = 1000;

    /// <summary>Refused sign-ins a minute from one address, before its keys are looked up one after the other only.</summary>
    public int RefusalsPerMinute { get; set; } = 120;
}

/// <summary>What the limiter says of one request: the window with the fewest calls left.</summary>
/// <param name="Allowed">Whether the request may go on.</param>
/// <param name="Limit">Calls in that window.</param>
/// <param name="Remaining">Calls left in it after this one.</param>
/// <param name="Reset">When it ends, in seconds since 1970.</param>
/// <param name="IsHour">Whether it is the hour's window.</param>
public readonly record struct RateVerdict(bool Allowed, int Limit, int Remaining, long Reset, bool IsHour)
{
    /// <summary>The window's name.</summary>
    public string Window => IsHour ? "hour" : "minute";
}

/// <summary>
/// Counts the requests of each key in fixed windows that start with the UTC minute and hour (mobieus 3.4), over all processes on one
/// database. A refused request does not count.
/// </summary>
/// <remarks>
/// Calls are leased from the database, a few at a time, and handed out from memory. All that was leased counts as used, so the processes
/// together never let more through than the limit; what one of them has in hand when its window ends is lost to the others. While the
/// database is away each process counts for itself.
/// </remarks>
public sealed class RateLimiter(LimitOptions options, TimeProvider clock, Database database, ILogger<RateLimiter> logger)
{
    private readonly ConcurrentDictionary<long, CallWindows> _keys = new();
    private readonly CallLeases _leases = new(database, clock, logger);

    /// <summary>Counts one request of the key. Answers at once while calls are in hand or known to be used up.</summary>
    public ValueTask<RateVerdict> TakeAsync(ApiKey key, Tenant tenant)
    {
        var limits = new RateLimits(
            key.RatePerMinute ?? tenant.RatePerMinute ?? options.PerMinute, key.RatePerHour ?? tenant.RatePerHour ?? options.PerHour);
        var windows = _keys.GetOrAdd(key.Id, static _ => new CallWindows());
        return windows.TryTake(Now(), limits, out var verdict) ? new(verdict) : new(TakeLeasedAsync(windows, key, limits));
    }

    private async Task<RateVerdict> TakeLeasedAsync(CallWindows windows, ApiKey key, RateLimits limits)
    {
        windows.Queue();
        try
        {
            while (true)
            {
                await windows.LeaseAsync(key, limits, _leases, Now());
                // Others who waited for the same lease may have been faster.
                if (windows.TryTake(Now(), limits, out var verdict))
                    return verdict;
            }
        }
        finally
        {
            windows.Leave();
        }
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();
}

/// <summary>How many calls a key has.</summary>
/// <param name="PerMinute">In each minute.</param>
/// <param name="PerHour">In each hour.</param>
internal readonly record struct RateLimits(int PerMinute, int PerHour);
