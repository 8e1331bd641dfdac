using System.Net;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.Access.Tests;

/// <summary>The windows by a clock that the test turns.</summary>
public sealed class RateLimiterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");

    private readonly Clock _clock = new(Noon.AddSeconds(30));
    private readonly RateLimiter _limiter;

    public RateLimiterTests() => _limiter = new(new LimitOptions { PerMinute = 2, PerHour = 5 }, _clock);

    [Fact]
    public void The_minute_starts_with_the_clock_s_minute_and_not_with_the_first_call()
    {
        Take(times: 2);
        Assert.Equal(new RateVerdict(false, 2, 0, Noon.AddMinutes(1).ToUnixTimeSeconds(), false), Take());
        _clock.Now = Noon.AddSeconds(59.9);
        Assert.False(Take().Allowed);
        _clock.Now = Noon.AddMinutes(1);
        Assert.Equal(new RateVerdict(true, 2, 1, Noon.AddMinutes(2).ToUnixTimeSeconds(), false), Take());
    }

    [Fact]
    public void Refused_calls_do_not_count()
    {
        Take(times: 20);
        _clock.Now = Noon.AddMinutes(1);
        Take(times: 20);
        _clock.Now = Noon.AddMinutes(2);
        Assert.Equal(new RateVerdict(true, 5, 0, Noon.AddHours(1).ToUnixTimeSeconds(), true), Take());
        Assert.Equal(new RateVerdict(false, 5, 0, Noon.AddHours(1).ToUnixTimeSeconds(), true), Take());
    }

    [Fact]
    public void The_hour_starts_with_the_clock_s_hour()
    {
        for (var minute = 0; minute < 3; minute++)
        {
            _clock.Now = Noon.AddMinutes(50 + minute);
            Take(times: 2);
        }

        Assert.True(Take().IsHour);
        _clock.Now = Noon.AddHours(1);
        Assert.Equal(new RateVerdict(true, 2, 1, Noon.AddHours(1).AddMinutes(1).ToUnixTimeSeconds(), false), Take());
    }

    [Fact]
    public void The_fewest_remaining_are_told_and_at_a_tie_the_window_that_ends_first()
    {
        var tie = new RateLimiter(new LimitOptions { PerMinute = 3, PerHour = 3 }, _clock);
        Assert.False(tie.Take(Key(1), Tenant()).IsHour);
        var hour = new RateLimiter(new LimitOptions { PerMinute = 3, PerHour = 2 }, _clock);
        Assert.True(hour.Take(Key(1), Tenant()).IsHour);
    }

    [Fact]
    public void When_both_are_used_up_the_hour_is_told()
    {
        var limiter = new RateLimiter(new LimitOptions { PerMinute = 1, PerHour = 1 }, _clock);
        limiter.Take(Key(1), Tenant());
        Assert.Equal("hour", limiter.Take(Key(1), Tenant()).Window);
    }

    [Fact]
    public void Key_before_tenant_before_server()
    {
        Assert.Equal(2, _limiter.Take(Key(10), Tenant()).Limit);
        Assert.Equal(3, _limiter.Take(Key(11), Tenant(perMinute: 3)).Limit);
        Assert.Equal(4, _limiter.Take(Key(12, perMinute: 4), Tenant(perMinute: 3)).Limit);
    }

    [Fact]
    public void A_limit_that_was_lowered_below_what_is_used_leaves_nothing()
    {
        _limiter.Take(Key(1, perMinute: 4), Tenant());
        _limiter.Take(Key(1, perMinute: 4), Tenant());
        Assert.Equal((false, 0), _limiter.Take(Key(1, perMinute: 1), Tenant()) is var verdict ? (verdict.Allowed, verdict.Remaining) : default);
    }

    [Fact]
    public void An_address_is_out_of_refusals_until_the_minute_ends()
    {
        var refusals = new RefusalLimiter(new LimitOptions { RefusalsPerMinute = 2 }, _clock);
        refusals.Count(Here);
        Assert.False(refusals.IsExhausted(Here));
        refusals.Count(Here);
        Assert.True(refusals.IsExhausted(Here));
        Assert.False(refusals.IsExhausted(IPAddress.Parse("192.0.2.2")));
        Assert.Equal(30, refusals.SecondsLeft);

        _clock.Now = Noon.AddMinutes(1);

        Assert.False(refusals.IsExhausted(Here));
        Assert.Equal(60, refusals.SecondsLeft);
    }

    [Fact]
    public void A_connection_without_an_address_is_let_pass()
    {
        var refusals = new RefusalLimiter(new LimitOptions { RefusalsPerMinute = 0 }, _clock);
        refusals.Count(null);
        Assert.False(refusals.IsExhausted(null));
    }

    [Fact]
    public void Refusals_are_counted_also_when_they_come_all_at_once()
    {
        var refusals = new RefusalLimiter(new LimitOptions { RefusalsPerMinute = 1000 }, _clock);
        Parallel.For(0, 999, _ => refusals.Count(Here));
        Assert.False(refusals.IsExhausted(Here));
        refusals.Count(Here);
        Assert.True(refusals.IsExhausted(Here));
    }

    private RateVerdict Take(int times = 1)
    {
        var verdict = default(RateVerdict);
        for (var i = 0; i < times; i++)
            verdict = _limiter.Take(Key(1), Tenant());
        return verdict;
    }

    private static ApiKey Key(long id, int? perMinute = null) =>
        new(id, 1, new Caller(ActorKind.Api, id, "key", PermissionSet.All, false, null), perMinute, null, null);

    private static Tenant Tenant(int? perMinute = null) => new(1, "acme", "Acme", "pro", perMinute, null, []);

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
