using Dapper;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Modularity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>The number that keeps the ids of two processes apart, while the database is away for longer than the number is lent.</summary>
public sealed class NodeLeaseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly Clock _clock = new();

    [Fact]
    public async Task Ids_stop_before_the_number_can_be_another_s_and_go_on_when_the_database_is_back()
    {
        await using var provider = Build();
        var (lease, ids) = await StartAsync(provider);
        var before = ids.Next();

        await using (await CutOffAsync())
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            await TickAsync();
            Assert.True(ids.Next() > before);
            _clock.Advance(TimeSpan.FromSeconds(30));
            await TickAsync();
            await UntilAsync(() => !Gives(ids));
            Assert.Throws<NodeLeaseLostException>(() => ids.Next());
        }

        await TickAsync();
        await UntilAsync(() => Gives(ids));
        Assert.True(ids.Next() > before);
        await lease.StopAsync(CancellationToken.None);
        Assert.False(Gives(ids));
    }

    [Fact]
    public async Task A_number_that_another_has_taken_is_let_go()
    {
        await using var provider = Build();
        var (lease, ids) = await StartAsync(provider);
        var number = NodeOf(ids.Next());
        await database.ExecuteAsync($"update kernel.node set owner = gen_random_uuid(), expires_at = now() + interval '1 hour' where number = {number}");

        _clock.Advance(TimeSpan.FromSeconds(5));
        await TickAsync();

        await UntilAsync(() => NodeOf(ids.Next()) != number);
        Assert.NotEqual(number, NodeOf(ids.Next()));
        await lease.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_takes_a_number_over_goes_on_after_the_last_id_of_its_former_holder()
    {
        await database.ExecuteAsync("""
            insert into kernel.node (number, owner, expires_at, clock_ms)
            select number, gen_random_uuid(), now() - interval '1 second', (extract(epoch from now() + interval '1 hour') * 1000)::bigint - 1735689600000
            from generate_series(0, 63) number on conflict (number) do update set expires_at = excluded.expires_at, clock_ms = excluded.clock_ms
            """);
        await using var provider = Build();
        var (lease, ids) = await StartAsync(provider);
        Assert.True(Ids.TimeOf(ids.Next()) > DateTimeOffset.UtcNow.AddMinutes(59));
        await lease.StopAsync(CancellationToken.None);
        await database.ExecuteAsync("delete from kernel.node");
    }

    private static long NodeOf(long id) => (id >> 6) & 63;

    private static bool Gives(Ids ids)
    {
        try
        {
            return ids.Next() > 0;
        }
        catch (NodeLeaseLostException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var tries = 0; tries < 300 && !condition(); tries++)
            await Task.Delay(10);
    }

    private ServiceProvider Build()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Helpdesk", database.Server)]).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddHelpdeskIds();
        services.AddHelpdesk(configuration, HostModules.All);
        return services.BuildServiceProvider();
    }

    private static async Task<(IHostedService Lease, Ids Ids)> StartAsync(ServiceProvider provider)
    {
        var lease = provider.GetServices<IHostedService>().First();
        await lease.StartAsync(CancellationToken.None);
        return (lease, provider.GetRequiredService<Ids>());
    }

    /// <summary>Lets the lease renew itself, and gives it time to.</summary>
    private async Task TickAsync()
    {
        _clock.Tick();
        await Task.Delay(300);
    }

    /// <summary>Keeps everybody out of the database until disposed.</summary>
    private async Task<Gate> CutOffAsync()
    {
        var gate = new Gate(database.Owner);
        await gate.SetAsync(open: false);
        return gate;
    }

    private sealed class Gate(string owner) : IAsyncDisposable
    {
        public async Task SetAsync(bool open)
        {
            var name = new NpgsqlConnectionStringBuilder(owner).Database;
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { Database = "postgres" }.ConnectionString);
            await connection.ExecuteAsync($"alter database {name} allow_connections {open}");
            if (!open)
                await connection.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = @name", new { name });
        }

        public async ValueTask DisposeAsync()
        {
            await SetAsync(open: true);
            await using var cut = new NpgsqlConnection(owner);
            NpgsqlConnection.ClearPool(cut);
        }
    }

    /// <summary>A clock that the test turns; its timers fire when the test says so.</summary>
    private sealed class Clock : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State)> _timers = [];
        private TimeSpan _ahead;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + _ahead;

        public override long GetTimestamp() => Environment.TickCount64 * TimeSpan.TicksPerMillisecond + _ahead.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add((callback, state));
            return new Still();
        }

        public void Advance(TimeSpan by) => _ahead += by;

        public void Tick() => _timers.ForEach(timer => timer.Callback(timer.State));

        private sealed class Still : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
