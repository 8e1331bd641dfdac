using System.Net;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.Kernel.Tests;

public sealed class RateLimiterTests
{
    private static readonly Tenant Tenant = new(1, "acme", "Acme", "pro", null, null, []);
    private static readonly Caller Caller = new(ActorKind.Api, 1, "key", PermissionSet.All, false, null);
    private static readonly ApiKey Key = new(1, 1, Caller, null, null, null);

    // 15:09:26: 34 seconds of the minute are left, and 50 minutes of the hour.
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_key_has_its_calls_in_each_minute()
    {
        var limiter = Limiter(3, 100);
        var reset = new DateTimeOffset(2026, 3, 14, 15, 10, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        Assert.Equal(new RateVerdict(true, 3, 2, reset, false), limiter.Take(Key, Tenant));
        Assert.Equal(new RateVerdict(true, 3, 1, reset, false), limiter.Take(Key, Tenant));
        Assert.Equal(new RateVerdict(true, 3, 0, reset, false), limiter.Take(Key, Tenant));
        Assert.Equal(new RateVerdict(false, 3, 0, reset, false), limiter.Take(Key, Tenant));
        _clock.Advance(33.4);
        Assert.False(limiter.Take(Key, Tenant).Allowed);
        _clock.Advance(0.1);
        Assert.Equal(new RateVerdict(true, 3, 2, reset + 60, false), limiter.Take(Key, Tenant));
    }

    [Fact]
    public void Refused_calls_do_not_count_against_the_hour()
    {
        var limiter = Limiter(2, 5);
        for (var call = 0; call < 50; call++)
            limiter.Take(Key, Tenant);
        _clock.Advance(60);
        Assert.True(limiter.Take(Key, Tenant).Allowed);
        Assert.True(limiter.Take(Key, Tenant).Allowed);
        _clock.Advance(60);
        var last = limiter.Take(Key, Tenant);
        Assert.Equal((true, "hour", 5, 0), (last.Allowed, last.Window, last.Limit, last.Remaining));
        var refused = limiter.Take(Key, Tenant);
        Assert.Equal((false, "hour", 0), (refused.Allowed, refused.Window, refused.Remaining));
        Assert.Equal(new DateTimeOffset(2026, 3, 14, 16, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), refused.Reset);
        _clock.Now = new DateTimeOffset(2026, 3, 14, 16, 0, 0, TimeSpan.Zero);
        Assert.True(limiter.Take(Key, Tenant).Allowed);
    }

    [Fact]
    public void The_keys_own_limit_goes_before_the_tenants_and_that_before_the_usual_one()
    {
        var limiter = Limiter(10, 1000);
        var tenant = Tenant with { RatePerMinute = 20, RatePerHour = 2000 };
        Assert.Equal(10, limiter.Take(Key, Tenant).Limit);
        Assert.Equal(20, limiter.Take(Key with { Id = 2 }, tenant).Limit);
        Assert.Equal(30, limiter.Take(Key with { Id = 3, RatePerMinute = 30 }, tenant).Limit);
        Assert.Equal(7, limiter.Take(Key with { Id = 4, RatePerHour = 7 }, tenant).Limit);
    }

    [Fact]
    public void Keys_do_not_share_their_calls()
    {
        var limiter = Limiter(1, 100);
        Assert.True(limiter.Take(Key, Tenant).Allowed);
        Assert.True(limiter.Take(Key with { Id = 2 }, Tenant).Allowed);
        Assert.False(limiter.Take(Key, Tenant).Allowed);
    }

    [Fact]
    public async Task Calls_at_the_same_moment_are_all_counted()
    {
        var limiter = Limiter(1000, 100_000);
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(() => Enumerable.Range(0, 500).Count(_ => limiter.Take(Key, Tenant).Allowed))));
        Assert.Equal(1000, verdicts.Sum());
    }

    [Fact]
    public void A_lowered_limit_leaves_nothing_and_never_less()
    {
        var limiter = Limiter(5, 100);
        for (var call = 0; call < 5; call++)
            limiter.Take(Key, Tenant);
        var verdict = limiter.Take(Key with { RatePerMinute = 2 }, Tenant);
        Assert.Equal((false, 0), (verdict.Allowed, verdict.Remaining));
    }

    [Fact]
    public void An_address_has_its_refusals_in_each_minute()
    {
        var limiter = new RefusalLimiter(new LimitOptions { RefusalsPerMinute = 3 }, _clock);
        var (one, other) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"));
        for (var refusal = 0; refusal < 3; refusal++)
        {
            Assert.False(limiter.IsExhausted(one));
            limiter.Count(one);
        }

        Assert.True(limiter.IsExhausted(one));
        Assert.False(limiter.IsExhausted(other));
        Assert.Equal(34, limiter.SecondsLeft);
        _clock.Advance(34);
        Assert.False(limiter.IsExhausted(one));
        Assert.Equal(60, limiter.SecondsLeft);
    }

    [Fact]
    public void A_caller_without_an_address_is_never_exhausted()
    {
        var limiter = new RefusalLimiter(new LimitOptions { RefusalsPerMinute = 0 }, _clock);
        limiter.Count(null);
        Assert.False(limiter.IsExhausted(null));
    }

    private RateLimiter Limiter(int perMinute, int perHour) => new(new LimitOptions { PerMinute = perMinute, PerHour = perHour }, _clock);
}
