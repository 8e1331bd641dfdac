using System.Collections.Concurrent;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace Helpdesk.Kernel.Tests;

/// <summary>Sealers of several nodes beside the server's own, against one database.</summary>
public sealed class SealerTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IAsyncLifetime
{
    private readonly List<Node> _nodes = [];
    private readonly List<Database> _databases = [];
    private long _tenantId;
    private FeedWriter _writer = null!;

    public async Task InitializeAsync()
    {
        _tenantId = (await app.NewTenantAsync()).Id;
        _writer = new FeedWriter(app, _tenantId);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.StopAsync();
        foreach (var database in _databases)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task Events_of_slow_writers_are_numbered_without_a_gap_or_a_double()
    {
        using var done = new CancellationTokenSource();
        var sealers = Enumerable.Range(0, 4).Select(_ => SealUntilAsync(NewFeed(), done.Token)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            var random = new Random(number);
            for (var transaction = 0; transaction < 40; transaction++)
                await _writer.WriteAsync(random, random.Next(1, 4), rollback: random.Next(5) == 0);
        }));
        await Eventually.TrueAsync(async () => await _writer.WaitingAsync() == 0);
        await done.CancelAsync();
        await Task.WhenAll(sealers);

        var feed = await _writer.FeedAsync();
        Assert.Equal(Enumerable.Range(1, feed.Count).Select(seq => (long)seq), feed.Select(row => row.Seq));
        Assert.Equal(feed.Count, feed.Select(row => row.EventId).Distinct().Count());
        // The tenant's founding is an event, too.
        Assert.Equal(_writer.Committed.Order(), feed.Select(row => row.EventId).Skip(1).Order());
    }

    [Fact]
    public async Task More_events_than_one_step_takes_are_numbered_by_one_wake()
    {
        await _writer.WriteAsync(new Random(1), 1);
        await app.OwnerSqlAsync("""
            insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, at)
            select @Tenant, @First + i, 'test.done', 2, 0, 'test', false, 'test', 1, now() from generate_series(1, 1700) i;
            insert into log.outbox (tenant_id, event_id, at) select @Tenant, @First + i, now() from generate_series(1, 1700) i
            """, new { Tenant = _tenantId, First = Ids.FirstAt(DateTimeOffset.UtcNow.AddHours(1)) });
        await Eventually.TrueAsync(async () => await _writer.WaitingAsync() == 0);
        var feed = await _writer.FeedAsync();
        Assert.Equal(1702, feed.Count);
        Assert.Equal(1702, feed[^1].Seq);
        Assert.Equal(feed.Select(row => row.EventId).Skip(2).Order(), feed.Select(row => row.EventId).Skip(2));
    }

    [Fact]
    public async Task A_consumer_on_several_nodes_sees_every_event_in_order()
    {
        var log = new ConcurrentQueue<FeedEvent>();
        var name = NewName();
        foreach (var _ in Enumerable.Range(0, 3))
            await StartAsync(New(name, batch => Keep(log, batch)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async number =>
        {
            var random = new Random(number);
            for (var transaction = 0; transaction < 30; transaction++)
            {
                await _writer.WriteAsync(random, random.Next(1, 3));
                _nodes[random.Next(3)].Signal.Wake(_tenantId);
            }
        }));
        await AllSeenAsync(log);
        // No node failed, so nobody saw anything twice either.
        Assert.Equal(Enumerable.Range(1, log.Count).Select(seq => (long)seq), log.Select(seen => seen.Seq));
        var feed = await _writer.FeedAsync();
        Assert.Equal(feed.Select(row => row.EventId), log.Select(seen => seen.Id));
    }

    [Fact]
    public async Task Events_of_other_tenants_are_not_among_them()
    {
        var seen = new ConcurrentQueue<(long Tenant, long Id)>();
        await StartAsync(new Consumer(NewName(), (tenant, batch) => batch.ForEach(happened => seen.Enqueue((tenant, happened.Id)))));
        var other = (await app.NewTenantAsync()).Id;
        var otherWriter = new FeedWriter(app, other);
        await _writer.WriteAsync(new Random(1), 3);
        await otherWriter.WriteAsync(new Random(2), 3);
        await Eventually.TrueAsync(() => Task.FromResult(
            seen.Count(row => row.Tenant == other) >= 4 && seen.Count(row => row.Tenant == _tenantId) >= 4));
        Assert.Equal(_writer.Committed.Order(), seen.Where(row => row.Tenant == _tenantId).Select(row => row.Id).Skip(1).Order());
        Assert.Equal(otherWriter.Committed.Order(), seen.Where(row => row.Tenant == other).Select(row => row.Id).Skip(1).Order());
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(TimeoutException))]
    // A remote call that takes too long ends like this, and must not be taken for the end of the server.
    [InlineData(typeof(TaskCanceledException))]
    public async Task A_consumer_that_fails_sees_the_same_events_again(Type failure)
    {
        var log = new ConcurrentQueue<FeedEvent>();
        var failures = 0;
        await StartAsync(New(NewName(), batch =>
        {
            Keep(log, batch);
            if (Interlocked.Increment(ref failures) <= 2)
                throw (Exception)Activator.CreateInstance(failure)!;
        }));
        await _writer.WriteAsync(new Random(1), 5);
        await Eventually.TrueAsync(() => Task.FromResult(log.Count(seen => seen.Seq == 1) == 3));
        // And the sealer lives on.
        await _writer.WriteAsync(new Random(2), 2);
        await AllSeenAsync(log);
    }

    [Fact]
    public async Task A_consumer_that_always_fails_does_not_hold_up_the_others()
    {
        var log = new ConcurrentQueue<FeedEvent>();
        await StartAsync(
            New(NewName(), _ => throw new InvalidOperationException("never")), New(NewName(), batch => Keep(log, batch)));
        await _writer.WriteAsync(new Random(1), 5);
        await AllSeenAsync(log);
    }

    /// <summary>A process that dies after the numbering wakes nobody any more; whoever runs must find what it left.</summary>
    [Fact]
    public async Task Events_numbered_by_a_process_that_died_are_read_without_a_new_event()
    {
        await _writer.WriteAsync(new Random(1), 5);
        await Eventually.TrueAsync(async () => await _writer.WaitingAsync() == 0);
        var log = new ConcurrentQueue<FeedEvent>();
        await StartAsync(New(NewName(), batch => Keep(log, batch)));
        await AllSeenAsync(log);
    }

    [Fact]
    public async Task A_reader_that_crashed_before_it_noted_its_place_sees_the_events_again_when_its_lease_is_over()
    {
        var (name, log) = (NewName(), new ConcurrentQueue<FeedEvent>());
        await _writer.WriteAsync(new Random(1), 5);
        await Eventually.TrueAsync(async () => await _writer.WaitingAsync() == 0);
        // What a crash leaves: a lease, and a place before the events that were handled.
        await app.OwnerSqlAsync("""
            insert into log.consumer (tenant_id, name, last_seq, leased_until) values (@Tenant, @Name, 2, now() + interval '2 seconds')
            """, new { Tenant = _tenantId, Name = name });
        await StartAsync(New(name, batch => Keep(log, batch)));
        await Task.Delay(1000);
        Assert.Empty(log);
        await Eventually.TrueAsync(() => Task.FromResult(log.Count >= 4));
        Assert.Equal([3L, 4L, 5L, 6L], log.Select(seen => seen.Seq));
    }

    [Fact]
    public async Task A_node_that_stops_hands_over_to_the_next()
    {
        var (name, log, entered) = (NewName(), new ConcurrentQueue<FeedEvent>(), new TaskCompletionSource());
        var first = await StartAsync(new Consumer(name, async (tenantId, _, ct) =>
        {
            if (tenantId != _tenantId)
                return;
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
        }));
        await _writer.WriteAsync(new Random(1), 5);
        first.Signal.Wake(_tenantId);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await first.StopAsync();
        await StartAsync(New(name, batch => Keep(log, batch)));
        await AllSeenAsync(log);
    }

    /// <summary>A consumer of this test's tenant; a new one is behind with every tenant of the database, and passes the others by.</summary>
    private Consumer New(string name, Action<List<FeedEvent>> handle) => new(name, (tenantId, batch) =>
    {
        if (tenantId == _tenantId)
            handle(batch);
    });

    private static void Keep(ConcurrentQueue<FeedEvent> log, List<FeedEvent> batch) => batch.ForEach(log.Enqueue);

    private static string NewName() => "test-" + Guid.NewGuid().ToString("N");

    private async Task SealUntilAsync(Feed feed, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            await feed.SealAsync(_tenantId, CancellationToken.None);
            await Task.Delay(Random.Shared.Next(6), CancellationToken.None);
        }
    }

    private Task AllSeenAsync(ConcurrentQueue<FeedEvent> log) => Eventually.TrueAsync(() =>
        Task.FromResult(!_writer.Committed.Except(log.Select(seen => seen.Id)).Any()));

    private Feed NewFeed()
    {
        var database = new Database(app.ServerConnectionString, new DatabaseOptions { PoolSize = 4 });
        _databases.Add(database);
        return new Feed(database);
    }

    private async Task<Node> StartAsync(params Consumer[] consumers)
    {
        var database = new Database(app.ServerConnectionString, new DatabaseOptions { PoolSize = 4 });
        _databases.Add(database);
        var signal = new SealerSignal();
        var node = new Node(signal, new Sealer(
            signal, new Feed(database), new FeedReader(database, TimeProvider.System), database, consumers, TimeProvider.System, NullLogger<Sealer>.Instance));
        _nodes.Add(node);
        await node.Sealer.StartAsync(CancellationToken.None);
        return node;
    }

    private sealed record Node(SealerSignal Signal, Sealer Sealer)
    {
        public Task StopAsync() => Sealer.StopAsync(CancellationToken.None);
    }

    private sealed class Consumer(string name, Func<long, List<FeedEvent>, CancellationToken, Task> handle) : IFeedConsumer
    {
        public Consumer(string name, Action<long, List<FeedEvent>> handle) : this(name, (tenant, batch, _) =>
        {
            handle(tenant, batch);
            return Task.CompletedTask;
        })
        {
        }

        public string Name => name;

        public Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct) => handle(tenantId, [.. events], ct);
    }
}
