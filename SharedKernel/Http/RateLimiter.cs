using System.Collections.Concurrent;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Section <c>Helpdesk:Limits</c> of the configuration.</summary>
public sealed class LimitOptions
{
    /// <summary>Requests a minute for each key that has no limit of its own and no tenant's.</summary>
    public int PerMinute { get; set; } = 60;

    /// <summary>Requests an hour for each key that has no limit of its own and no tenant's.</summary>
    public int PerHour { get; set; } = 1000;

    /// <summary>Refused sign-ins a minute from one address, before further ones are answered without a look at the key.</summary>
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
/// Counts the requests of each key in fixed windows that start with the UTC minute and hour (mobieus 3.4). A refused request does not
/// count. The counts are this process's own and may be forgotten at a restart.
/// </summary>
public sealed class RateLimiter(LimitOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<long, Windows> _keys = new();

    /// <summary>Counts one request of the key.</summary>
    public RateVerdict Take(ApiKey key, Tenant tenant)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var perMinute = key.RatePerMinute ?? tenant.RatePerMinute ?? options.PerMinute;
        var perHour = key.RatePerHour ?? tenant.RatePerHour ?? options.PerHour;
        return _keys.GetOrAdd(key.Id, static _ => new Windows()).Take(now, perMinute, perHour);
    }

    private sealed class Windows
    {
        private long _minute;
        private long _hour;
        private int _inMinute;
        private int _inHour;

        public RateVerdict Take(long now, int perMinute, int perHour)
        {
            lock (this)
            {
                if (_minute != now / 60)
                    (_minute, _inMinute) = (now / 60, 0);
                if (_hour != now / 3600)
                    (_hour, _inHour) = (now / 3600, 0);
                var allowed = _inMinute < perMinute && _inHour < perHour;
                if (allowed)
                {
                    _inMinute++;
                    _inHour++;
                }

                var (leftInMinute, leftInHour) = (Math.Max(0, perMinute - _inMinute), Math.Max(0, perHour - _inHour));
                // When both are used up, the hour keeps the caller out for longer.
                return leftInHour < leftInMinute || (leftInHour == 0 && !allowed)
                    ? new(allowed, perHour, leftInHour, (_hour + 1) * 3600, true)
                    : new(allowed, perMinute, leftInMinute, (_minute + 1) * 60, false);
            }
        }
    }
}

/// <summary>Counts refused sign-ins by address, so that guessing keys does not reach the database.</summary>
public sealed class RefusalLimiter(LimitOptions options, TimeProvider clock)
{
    private ConcurrentDictionary<System.Net.IPAddress, int> _refusals = new();
    private long _minute;

    /// <summary>The limit in force.</summary>
    public int PerMinute => options.RefusalsPerMinute;

    /// <summary>Whole seconds until the present window ends.</summary>
    public int SecondsLeft => (int)(60 - clock.GetUtcNow().ToUnixTimeSeconds() % 60);

    /// <summary>Whether the address has used up its refusals of this minute.</summary>
    public bool IsExhausted(System.Net.IPAddress? address) =>
        address is not null && Current().TryGetValue(address, out var count) && count >= options.RefusalsPerMinute;

    /// <summary>Counts one refusal.</summary>
    public void Count(System.Net.IPAddress? address)
    {
        if (address is not null)
            Current().AddOrUpdate(address, 1, static (_, count) => count + 1);
    }

    private ConcurrentDictionary<System.Net.IPAddress, int> Current()
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (Interlocked.Exchange(ref _minute, minute) != minute)
            _refusals = new();
        return _refusals;
    }
}
