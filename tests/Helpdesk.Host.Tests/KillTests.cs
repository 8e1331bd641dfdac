using System.Diagnostics;
using Helpdesk.Host.Postgres;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>The server is killed in the middle of its work, again and again.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly Dictionary<string, string> NoLimits = new()
    {
        ["Helpdesk__Limits__PerMinute"] = "1000000",
        ["Helpdesk__Limits__PerHour"] = "10000000",
    };

    private readonly string _data = Directory.CreateTempSubdirectory("helpdesk-kill-").FullName;

    public void Dispose()
    {
        PostgresCluster.FindRunning(_data)?.StopAsync().GetAwaiter().GetResult();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_exactly_once_and_the_rest_can_be_retried()
    {
        var server = await HostProcess.ServeAsync("up", NoLimits, "--data", _data);
        using var load = new Load(await server.TokenAsync(), () => server);
        for (var kill = 0; kill < 3; kill++)
        {
            var before = load.Acknowledged.Count;
            for (var waited = Stopwatch.StartNew(); load.Acknowledged.Count < before + 60 && waited.Elapsed < TimeSpan.FromSeconds(20);)
                await Task.Delay(10);
            await Task.Delay(Random.Shared.Next(50));
            await server.KillAsync();
            await using var dead = server;
            server = await HostProcess.ServeAsync("up", NoLimits, "--data", _data);
        }

        await load.FinishAsync();

        Assert.True(load.Unanswered >= 3, $"Only {load.Unanswered} requests were cut off: the load was too small to show anything.");
        Assert.Empty(load.Failures);
        using var cluster = new Running(_data);
        await Ledger.AgreesWithAsync(cluster.Owner, load);

        // The server that came after a killed one owns what that left running.
        server.Terminate();
        Assert.Equal(0, await server.EndAsync());
        await server.DisposeAsync();
        Assert.Null(PostgresCluster.FindRunning(_data));
    }

    /// <summary>The private PostgreSQL beside the server.</summary>
    private sealed class Running(string data) : IDisposable
    {
        private readonly PostgresCluster _cluster = PostgresCluster.FindRunning(data)!;

        public string Owner => new NpgsqlConnectionStringBuilder(_cluster.SuperuserConnectionString) { Database = "helpdesk", Pooling = false }.ConnectionString;

        public void Dispose() => _cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
