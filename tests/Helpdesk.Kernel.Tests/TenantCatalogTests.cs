using Helpdesk.SharedKernel.Data;
using Microsoft.Extensions.Logging.Abstractions;

namespace Helpdesk.Kernel.Tests;

public sealed class TenantCatalogTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _open = [];
    private Node _here = null!;
    private Node _there = null!;

    public async Task InitializeAsync() => (_here, _there) = (await NewNodeAsync(), await NewNodeAsync());

    public async Task DisposeAsync()
    {
        foreach (var resource in _open)
            await resource.DisposeAsync();
    }

    [Fact]
    public async Task Many_who_miss_at_once_wait_for_one_load()
    {
        var gate = new TaskCompletionSource();
        _here.Catalog.Load = async number =>
        {
            await gate.Task;
            return "v" + number;
        };
        var waiting = Enumerable.Range(0, 100).Select(_ => Task.Run(async () => await _here.Catalog.GetAsync(1))).ToArray();
        gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), value => Assert.Equal("v1", value));
        Assert.Equal("v1", await _here.Catalog.GetAsync(1));
        Assert.Equal(1, _here.Catalog.Loads);
    }

    [Fact]
    public async Task A_load_that_fails_is_told_to_all_who_wait_and_not_kept()
    {
        var gate = new TaskCompletionSource();
        _here.Catalog.Load = async number =>
        {
            await gate.Task;
            return number == 1 ? throw new TimeoutException("away") : "v" + number;
        };
        var waiting = Enumerable.Range(0, 10).Select(_ => _here.Catalog.GetAsync(1).AsTask()).ToArray();
        gate.SetResult();
        foreach (var waiter in waiting)
            await Assert.ThrowsAsync<TimeoutException>(() => waiter);
        Assert.Equal("v2", await _here.Catalog.GetAsync(1));
    }

    [Fact]
    public async Task A_change_is_forgotten_here_at_once_and_on_other_nodes_soon()
    {
        await _here.Catalog.GetAsync(1);
        await _there.Catalog.GetAsync(1);
        await _there.Catalog.GetAsync(2);
        await ChangeAsync(_here, 1);
        Assert.Equal("v2", await _here.Catalog.GetAsync(1));
        await Eventually.TrueAsync(async () => await _there.Catalog.GetAsync(1) == "v3");
        Assert.Equal("v2", await _there.Catalog.GetAsync(2));
    }

    [Fact]
    public async Task Word_of_another_topic_changes_nothing()
    {
        await _here.Catalog.GetAsync(1);
        var db = TenantDb.For(_here.Database, 1);
        _here.Signals.Enqueue(db, "another");
        await db.CommitAsync(CancellationToken.None);
        Assert.Equal("v1", await _here.Catalog.GetAsync(1));
    }

    /// <summary>What it read may be older than the change, so nobody who asks after the change may get it.</summary>
    [Fact]
    public async Task A_load_under_way_when_the_word_comes_is_not_kept()
    {
        var gate = new TaskCompletionSource();
        _here.Catalog.Load = async number =>
        {
            if (number == 1)
                await gate.Task;
            return "v" + number;
        };
        var early = _here.Catalog.GetAsync(1);
        await ChangeAsync(_here, 1);
        var late = _here.Catalog.GetAsync(1);
        gate.SetResult();
        Assert.Equal("v1", await early);
        Assert.Equal("v2", await late);
        Assert.Equal("v2", await _here.Catalog.GetAsync(1));
    }

    [Fact]
    public async Task A_change_that_is_rolled_back_is_no_change()
    {
        await _here.Catalog.GetAsync(1);
        var db = TenantDb.For(_here.Database, 1);
        _here.Catalog.Changed(db);
        db.Enqueue("select 1 / 0", new { });
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => db.CommitAsync(CancellationToken.None));
        Assert.Equal("v1", await _here.Catalog.GetAsync(1));
    }

    /// <summary>A word may be lost while nobody listens: after the connection is back, everything is read anew.</summary>
    [Fact]
    public async Task A_lost_connection_forgets_everything()
    {
        await _here.Catalog.GetAsync(1);
        Assert.Equal("v1", await _here.Catalog.GetAsync(1));
        await app.OwnerQueryAsync<bool>("select pg_terminate_backend(pid) from pg_stat_activity where application_name = @Name", new { _here.Name });
        await Eventually.TrueAsync(async () => await _here.Catalog.GetAsync(1) != "v1");
        await Eventually.TrueAsync(() => Task.FromResult(_here.Signals.IsListening));
    }

    private static async Task ChangeAsync(Node node, long tenantId)
    {
        var db = TenantDb.For(node.Database, tenantId);
        node.Catalog.Changed(db);
        await db.CommitAsync(CancellationToken.None);
    }

    private async Task<Node> NewNodeAsync()
    {
        var name = "node-" + Guid.NewGuid().ToString("N");
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(app.ServerConnectionString) { ApplicationName = name }.ConnectionString;
        var database = new Database(connection, new DatabaseOptions { PoolSize = 4 });
        var signals = new Signals(database, NullLogger<Signals>.Instance);
        var node = new Node(name, database, signals, new Catalog(database, signals));
        _open.Add(node);
        await signals.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(signals.IsListening));
        return node;
    }

    private sealed record Node(string Name, Database Database, Signals Signals, Catalog Catalog) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Signals.StopAsync(CancellationToken.None);
            Signals.Dispose();
            await Database.DisposeAsync();
        }
    }

    private sealed class Catalog(Database database, Signals signals) : TenantCatalog<string>(database, signals, "test-things")
    {
        private int _loads;

        public int Loads => _loads;

        public Func<int, Task<string>> Load { get; set; } = number => Task.FromResult("v" + number);

        protected override Task<string> LoadAsync(TenantDb db, CancellationToken ct) => Load(Interlocked.Increment(ref _loads));
    }
}
