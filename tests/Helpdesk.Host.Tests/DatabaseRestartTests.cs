using System.Diagnostics;
using System.Net;
using Dapper;
using Helpdesk.Access;
using Helpdesk.Host.Operation;
using Helpdesk.Host.Postgres;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>PostgreSQL goes away and comes back while the server works.</summary>
public sealed class DatabaseRestartTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("helpdesk-restart-").FullName;

    // A folder that PostgreSQL's account cannot enter keeps the place of the cluster instead of the cluster.
    private string Location => Path.Combine(_data, "postgres.location");

    private string PidFile => Path.Combine(File.Exists(Location) ? File.ReadAllText(Location).Trim() : _data, "postgres", "postmaster.pid");

    public void Dispose()
    {
        PostgresCluster.FindRunning(_data)?.StopAsync().GetAwaiter().GetResult();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Requests_are_refused_meanwhile_and_all_is_well_after()
    {
        var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions(_data), CancellationToken.None);
        try
        {
            var owner = await CreateAsync(cluster);
            var (environment, token) = await MigrateAsync(owner);
            await using var server = await HostProcess.ServeAsync("serve", environment);
            using var load = new Load(token, () => server);
            await AcknowledgesMoreAsync(load);

            await cluster.DisposeAsync();
            await Task.Delay(500);
            cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions(_data), CancellationToken.None);
            await AcknowledgesMoreAsync(load);

            Process.GetProcessById(int.Parse(File.ReadLines(PidFile).First())).Kill();
            await cluster.DisposeAsync();
            cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions(_data), CancellationToken.None);
            await AcknowledgesMoreAsync(load);
            await load.FinishAsync();

            Assert.NotEmpty(load.Failures);
            Assert.Equal(0, load.Unanswered);
            Assert.All(load.Failures, HasTheDialectsShape);
            NpgsqlConnection.ClearAllPools();
            await Ledger.AgreesWithAsync(owner, load);
            await StillHearsAsync(server, token, owner);
            Assert.False(server.HasExited);
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }

    private static void HasTheDialectsShape((HttpStatusCode Status, System.Text.Json.JsonElement Body) failure)
    {
        Assert.Contains((int)failure.Status, new[] { 500, 503 });
        var error = failure.Body.GetProperty("error");
        Assert.Equal("server_error", error.GetProperty("code").GetString());
        Assert.StartsWith("req_", error.GetProperty("request_id").GetString(), StringComparison.Ordinal);
        Assert.Equal(503, (int)failure.Status);
    }

    /// <summary>Word between processes arrives again: a revoked key is refused at once.</summary>
    private static async Task StillHearsAsync(HostProcess server, string token, string owner)
    {
        using var client = new DeskClient(token);
        Assert.Equal(HttpStatusCode.OK, await client.AskAsync(server));
        await using (var connection = new NpgsqlConnection(owner))
            await connection.ExecuteAsync("update access.api_key set revoked_at = now(); select pg_notify('helpdesk', 'access:' || tenant_id) from access.tenant");
        for (var tries = 0; tries < 50 && await client.AskAsync(server) != HttpStatusCode.Unauthorized; tries++)
            await Task.Delay(20);
        Assert.Equal(HttpStatusCode.Unauthorized, await client.AskAsync(server));
    }

    private static async Task AcknowledgesMoreAsync(Load load)
    {
        var before = load.Acknowledged.Count;
        for (var waited = Stopwatch.StartNew(); load.Acknowledged.Count < before + 50; await Task.Delay(20))
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), $"Only {load.Acknowledged.Count - before} tickets were opened.");
    }

    private static async Task<string> CreateAsync(PostgresCluster cluster)
    {
        await using var connection = new NpgsqlConnection(cluster.SuperuserConnectionString);
        await connection.ExecuteAsync("create database helpdesk");
        return new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString) { Database = "helpdesk" }.ConnectionString;
    }

    private async Task<(Dictionary<string, string> Environment, string Token)> MigrateAsync(string owner)
    {
        await using var deployment = await Deployment.OpenAsync(
            Settings.Read(new("Helpdesk:DataFolder", _data), new("ConnectionStrings:Helpdesk", owner)), CancellationToken.None);
        await deployment.MigrateAsync(CancellationToken.None);
        var server = await deployment.ServerConnectionStringAsync(CancellationToken.None);
        await using var session = await OperatorSession.OpenAsync(deployment, CancellationToken.None);
        var tenant = session.NewTenant("acme", "Acme", "pro");
        await session.SendAsync(tenant, new CreateTenant(tenant.Slug, tenant.Name, tenant.Plan), CancellationToken.None);
        var key = await session.SendAsync(tenant, new MintKey(
            "test", ["helpdesk:read", "helpdesk:write"], "live", "mobieus", "Olga", "olga@acme.example", null, null, null), CancellationToken.None);
        return (new()
        {
            ["ConnectionStrings__Helpdesk"] = server,
            ["Helpdesk__Limits__PerMinute"] = "1000000",
            ["Helpdesk__Limits__PerHour"] = "10000000",
        }, key.Token);
    }
}
