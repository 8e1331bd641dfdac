using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.SharedKernel.Http;

/// <summary>The minute and the hour of one key in this process: what is known to be used by all, and what is in hand of it.</summary>
internal sealed class CallWindows
{
    // A lease should last some seconds: then a busy key costs the database little, and few calls lie about unused.
    private const int ShortLease = 5;
    private const int LongLease = 20;
    private const int LargestLease = 1 << 20;

    private readonly Lock _lock = new();
    private Window _minute = new(60);
    private Window _hour = new(3600);
    private TaskCompletionSource? _lease;
    private long _leasedAt;
    private int _chunk = 1;
    private int _queued;

    /// <summary>Counts one call, or refuses it. False when that cannot be said before calls were leased.</summary>
    public bool TryTake(long now, RateLimits limits, out RateVerdict verdict)
    {
        lock (_lock)
        {
            _minute.MoveTo(now);
            _hour.MoveTo(now);
            var allowed = _minute.Left(limits.PerMinute) > 0 && _hour.Left(limits.PerHour) > 0;
            if (allowed && (_minute.InHand == 0 || _hour.InHand == 0))
            {
                verdict = default;
                return false;
            }

            if (allowed)
            {
                _minute.InHand--;
                _hour.InHand--;
            }

            var (leftInMinute, leftInHour) = (_minute.Left(limits.PerMinute), _hour.Left(limits.PerHour));
            // When both are used up, the hour keeps the caller out for longer.
            verdict = leftInHour < leftInMinute || (leftInHour == 0 && !allowed)
                ? new(allowed, limits.PerHour, leftInHour, _hour.End, true)
                : new(allowed, limits.PerMinute, leftInMinute, _minute.End, false);
            return true;
        }
    }

    /// <summary>A request begins to wait for calls: the next lease asks for one more.</summary>
    public void Queue() => Interlocked.Increment(ref _queued);

    /// <summary>It waits no longer.</summary>
    public void Leave() => Interlocked.Decrement(ref _queued);

    /// <summary>Leases calls, or waits for the lease that is on its way.</summary>
    public async Task LeaseAsync(ApiKey key, RateLimits limits, CallLeases leases, long now)
    {
        TaskCompletionSource? mine = null;
        Task others;
        LeaseRequest minute, hour;
        lock (_lock)
        {
            others = (_lease ??= mine = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            (minute, hour) = mine is null ? default : Ask(limits, now);
        }

        if (mine is null)
        {
            await others;
            return;
        }

        try
        {
            var (ofMinute, ofHour) = await leases.TakeAsync(key, minute, hour);
            lock (_lock)
            {
                _minute.Add(minute, ofMinute);
                _hour.Add(hour, ofHour);
            }
        }
        finally
        {
            lock (_lock)
                _lease = null;
            mine.SetResult();
        }
    }

    /// <summary>Doubles what is asked for while leases do not last, and asks for less when one lasted long.</summary>
    private (LeaseRequest Minute, LeaseRequest Hour) Ask(RateLimits limits, long now)
    {
        _minute.MoveTo(now);
        _hour.MoveTo(now);
        var lasted = now - _leasedAt;
        _leasedAt = now;
        _chunk = lasted < ShortLease ? Math.Min(_chunk * 2, LargestLease) : lasted > LongLease ? Math.Max(1, _chunk / 4) : _chunk;
        var wanted = Math.Max(_chunk, Volatile.Read(ref _queued));
        return (_minute.Ask(wanted, limits.PerMinute), _hour.Ask(wanted, limits.PerHour));
    }

    private struct Window(int seconds)
    {
        private long _number;
        private int _used;

        /// <summary>Calls that are leased and not yet made.</summary>
        public int InHand;

        /// <summary>When it ends, in seconds since 1970.</summary>
        public readonly long End => (_number + 1) * seconds;

        /// <summary>Calls that are left, as far as this process knows.</summary>
        public readonly int Left(int limit) => Math.Clamp(limit - _used + InHand, 0, limit);

        public void MoveTo(long now)
        {
            if (_number != now / seconds)
                (_number, _used, InHand) = (now / seconds, 0, 0);
        }

        public readonly LeaseRequest Ask(int wanted, int limit) => new(seconds, _number, limit, Math.Max(0, wanted - InHand), _used);

        /// <summary>Takes what was leased into hand, unless the window is over.</summary>
        public void Add(LeaseRequest request, Lease lease)
        {
            if (_number == request.Number)
                (_used, InHand) = (lease.Used, InHand + lease.Granted);
        }
    }
}
