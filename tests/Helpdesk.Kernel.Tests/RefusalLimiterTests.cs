using System.Net;
using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Kernel.Tests;

public sealed class RefusalLimiterTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");

    // 15:09:26: 34 seconds of the minute are left.
    private readonly ManualClock _clock = new();

    [Fact]
    public void An_address_has_its_refusals_in_each_minute()
    {
        var limiter = Limiter(3);
        for (var refusal = 0; refusal < 3; refusal++)
        {
            Assert.False(limiter.IsExhausted(Here));
            limiter.Count(Here);
        }

        Assert.True(limiter.IsExhausted(Here));
        Assert.False(limiter.IsExhausted(IPAddress.Parse("2001:db8::1")));
        Assert.Equal(34, limiter.SecondsLeft);
        _clock.Advance(34);
        Assert.False(limiter.IsExhausted(Here));
        Assert.Equal(60, limiter.SecondsLeft);
    }

    [Fact]
    public void A_caller_without_an_address_is_never_exhausted()
    {
        var limiter = Limiter(0);
        limiter.Count(null);
        Assert.False(limiter.IsExhausted(null));
    }

    [Fact]
    public void Refusals_are_counted_also_when_they_come_all_at_once()
    {
        var limiter = Limiter(1000);
        Parallel.For(0, 999, _ => limiter.Count(Here));
        Assert.False(limiter.IsExhausted(Here));
        limiter.Count(Here);
        Assert.True(limiter.IsExhausted(Here));
    }

    [Fact]
    public async Task Keys_behind_exhausted_addresses_are_looked_up_one_after_the_other()
    {
        var limiter = Limiter(1);
        var (atOnce, most) = (0, 0);
        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => limiter.InTurnAsync<string>(async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
            return number % 2 == 0 ? "key" : null;
        }, CancellationToken.None).AsTask()));
        Assert.Equal(1, most);
        Assert.Equal(10, found.Count(key => key == "key"));
    }

    [Fact]
    public async Task A_look_up_that_fails_gives_its_turn_on()
    {
        var limiter = Limiter(1);
        await Assert.ThrowsAsync<TimeoutException>(async () => await limiter.InTurnAsync<string>(() => throw new TimeoutException(), CancellationToken.None));
        Assert.Equal("key", await limiter.InTurnAsync<string>(() => new("key"), CancellationToken.None));
    }

    private RefusalLimiter Limiter(int perMinute) => new(new LimitOptions { RefusalsPerMinute = perMinute }, _clock);
}
