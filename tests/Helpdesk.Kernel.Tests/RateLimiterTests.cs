using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.Extensions.Logging.Abstractions;

namespace Helpdesk.Kernel.Tests;

/// <summary>Limiters of one process and of several, on one database, by a clock that the test turns.</summary>
public sealed class RateLimiterTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IAsyncLifetime
{
    private static readonly Caller Caller = new(ActorKind.Api, 1, "key", PermissionSet.All, false, null);
    private static long _keys = 7_000_000;

    private readonly ManualClock _clock = new();
    private readonly Tenant _tenant = new(1, "acme", "Acme", "pro", null, null, []);
    private readonly ApiKey _key = NewKey();
    private readonly List<Database> _databases = [];

    // 15:09:26: 34 seconds of the minute are left, and 50 minutes of the hour.
    private static readonly long EndOfMinute = new DateTimeOffset(2026, 3, 14, 15, 10, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private static readonly long EndOfHour = new DateTimeOffset(2026, 3, 14, 16, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task A_key_has_its_calls_in_each_minute_of_the_clock()
    {
        var limiter = Limiter(3, 100);
        Assert.Equal(new RateVerdict(true, 3, 2, EndOfMinute, false), await TakeAsync(limiter));
        Assert.Equal(new RateVerdict(true, 3, 1, EndOfMinute, false), await TakeAsync(limiter));
        Assert.Equal(new RateVerdict(true, 3, 0, EndOfMinute, false), await TakeAsync(limiter));
        Assert.Equal(new RateVerdict(false, 3, 0, EndOfMinute, false), await TakeAsync(limiter));
        _clock.Advance(33.4);
        Assert.False((await TakeAsync(limiter)).Allowed);
        _clock.Advance(0.1);
        Assert.Equal(new RateVerdict(true, 3, 2, EndOfMinute + 60, false), await TakeAsync(limiter));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(1000)]
    public async Task A_process_that_is_alone_lets_all_of_them_through_and_counts_down_one_by_one(int perMinute)
    {
        var limiter = Limiter(perMinute, 1_000_000);
        for (var left = perMinute - 1; left >= 0; left--)
            Assert.Equal(new RateVerdict(true, perMinute, left, EndOfMinute, false), await TakeAsync(limiter));
        Assert.False((await TakeAsync(limiter)).Allowed);
    }

    [Fact]
    public async Task Refused_calls_do_not_count_against_the_hour()
    {
        var limiter = Limiter(2, 5);
        for (var call = 0; call < 50; call++)
            await TakeAsync(limiter);
        _clock.Advance(60);
        Assert.True((await TakeAsync(limiter)).Allowed);
        Assert.True((await TakeAsync(limiter)).Allowed);
        _clock.Advance(60);
        Assert.Equal(new RateVerdict(true, 5, 0, EndOfHour, true), await TakeAsync(limiter));
        Assert.Equal(new RateVerdict(false, 5, 0, EndOfHour, true), await TakeAsync(limiter));
        _clock.Now = DateTimeOffset.FromUnixTimeSeconds(EndOfHour);
        Assert.Equal(new RateVerdict(true, 2, 1, EndOfHour + 60, false), await TakeAsync(limiter));
    }

    /// <summary>What a minute leaves in hand is lost to the minute, and not to the hour.</summary>
    [Fact]
    public async Task All_calls_of_the_hour_come_through_however_they_are_spread()
    {
        var limiter = Limiter(60, 90);
        var passed = 0;
        for (var minute = 0; minute < 30; minute++, _clock.Advance(60))
        {
            for (var call = 0; call < 5; call++)
                passed += (await TakeAsync(limiter)).Allowed ? 1 : 0;
        }

        Assert.Equal(90, passed);
    }

    [Fact]
    public async Task The_fewest_calls_left_are_told_and_at_a_tie_the_window_that_ends_first()
    {
        Assert.False((await TakeAsync(Limiter(3, 3))).IsHour);
        Assert.True((await Limiter(3, 2).TakeAsync(NewKey(), _tenant)).IsHour);
        var both = Limiter(1, 1);
        var key = NewKey();
        await both.TakeAsync(key, _tenant);
        Assert.Equal("hour", (await both.TakeAsync(key, _tenant)).Window);
    }

    [Fact]
    public async Task The_keys_own_limit_goes_before_the_tenants_and_that_before_the_usual_one()
    {
        var limiter = Limiter(10, 1000);
        var tenant = _tenant with { RatePerMinute = 20, RatePerHour = 2000 };
        Assert.Equal(10, (await limiter.TakeAsync(NewKey(), _tenant)).Limit);
        Assert.Equal(20, (await limiter.TakeAsync(NewKey(), tenant)).Limit);
        Assert.Equal(30, (await limiter.TakeAsync(NewKey() with { RatePerMinute = 30 }, tenant)).Limit);
        Assert.Equal(7, (await limiter.TakeAsync(NewKey() with { RatePerHour = 7 }, tenant)).Limit);
    }

    [Fact]
    public async Task Keys_do_not_share_their_calls()
    {
        var limiter = Limiter(1, 100);
        Assert.True((await TakeAsync(limiter)).Allowed);
        Assert.True((await limiter.TakeAsync(NewKey(), _tenant)).Allowed);
        Assert.False((await TakeAsync(limiter)).Allowed);
    }

    [Fact]
    public async Task A_lowered_limit_leaves_nothing_and_never_less_and_a_raised_one_opens_again()
    {
        var limiter = Limiter(5, 100);
        for (var call = 0; call < 5; call++)
            await TakeAsync(limiter);
        var verdict = await limiter.TakeAsync(_key with { RatePerMinute = 2 }, _tenant);
        Assert.Equal((false, 0), (verdict.Allowed, verdict.Remaining));
        Assert.Equal(new RateVerdict(true, 9, 3, EndOfMinute, false), await limiter.TakeAsync(_key with { RatePerMinute = 9 }, _tenant));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Calls_at_the_same_moment_are_all_counted_in_however_many_processes(int processes)
    {
        var limiters = Enumerable.Range(0, processes).Select(_ => Limiter(1000, 100_000)).ToArray();
        var passed = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
        {
            var count = 0;
            for (var call = 0; call < 1200 / processes; call++)
                count += (await TakeAsync(limiters[number % processes])).Allowed ? 1 : 0;
            return count;
        })));
        Assert.Equal(1000, passed.Sum());
    }

    [Fact]
    public async Task What_an_idle_process_has_in_hand_is_at_most_an_eighth_of_what_was_free()
    {
        var (idle, busy) = (Limiter(80, 100_000), Limiter(80, 100_000));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => TakeAsync(idle).AsTask()));
        var passed = 12;
        while ((await TakeAsync(busy)).Allowed)
            passed++;
        Assert.InRange(passed, 70, 80);
    }

    [Fact]
    public async Task Calls_in_hand_are_given_out_without_waiting_and_without_memory()
    {
        var limiter = Limiter(1_000_000, 10_000_000);
        for (var call = 0; call < 10_000; call++)
            await TakeAsync(limiter);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 1000; call++)
            AssertIsAllowedAtOnce(limiter);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task A_busy_key_seldom_asks_the_database()
    {
        var limiter = Limiter(1_000_000, 10_000_000);
        var waits = 0;
        for (var call = 0; call < 50_000; call++)
        {
            var take = limiter.TakeAsync(_key, _tenant);
            waits += take.IsCompleted ? 0 : 1;
            Assert.True((await take).Allowed);
        }

        Assert.InRange(waits, 1, 20);
    }

    [Fact]
    public async Task While_the_database_is_away_the_process_counts_for_itself()
    {
        var limiter = Limiter(3, 100, "Host=127.0.0.1;Port=1;Username=nobody;Password=x;Timeout=1");
        for (var left = 2; left >= 0; left--)
            Assert.Equal(new RateVerdict(true, 3, left, EndOfMinute, false), await TakeAsync(limiter));
        Assert.Equal(new RateVerdict(false, 3, 0, EndOfMinute, false), await TakeAsync(limiter));
    }

    [Fact]
    public async Task Windows_that_are_over_are_forgotten()
    {
        var limiter = Limiter(10, 100);
        await TakeAsync(limiter);
        Assert.Equal(2, await WindowsAsync());
        await ForgetAsync(EndOfMinute + 59);
        Assert.Equal(2, await WindowsAsync());
        await ForgetAsync(EndOfMinute + 60);
        Assert.Equal(1, await WindowsAsync());
        await ForgetAsync(EndOfHour + 3600);
        Assert.Equal(0, await WindowsAsync());
    }

    private void AssertIsAllowedAtOnce(RateLimiter limiter)
    {
        var take = limiter.TakeAsync(_key, _tenant);
        Assert.True(take.IsCompletedSuccessfully && take.GetAwaiter().GetResult().Allowed);
    }

    private async Task<long> WindowsAsync() =>
        (await app.OwnerQueryAsync<long>("select count(*) from kernel.rate_window where key_id = @Id", new { _key.Id })).Single();

    private async Task ForgetAsync(long second) => await app.OwnerSqlAsync("select kernel.forget_rate_windows(@second)", new { second });

    private ValueTask<RateVerdict> TakeAsync(RateLimiter limiter) => limiter.TakeAsync(_key, _tenant);

    private static ApiKey NewKey() => new(Interlocked.Increment(ref _keys), 1, Caller, null, null, null);

    private RateLimiter Limiter(int perMinute, int perHour, string? connectionString = null)
    {
        var database = new Database(connectionString ?? app.ServerConnectionString, new DatabaseOptions { PoolSize = 4 });
        _databases.Add(database);
        return new(new LimitOptions { PerMinute = perMinute, PerHour = perHour }, _clock, database, NullLogger<RateLimiter>.Instance);
    }
}
