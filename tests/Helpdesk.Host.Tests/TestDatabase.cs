using Dapper;
using Helpdesk.Access;
using Helpdesk.Host.Operation;
using Helpdesk.Host.Postgres;
using Helpdesk.SharedKernel.Tenancy;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>A migrated database of one test class, on a throw-away PostgreSQL that all of them share.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private static readonly string[] AllScopes = ["helpdesk:read", "helpdesk:write", "helpdesk:admin"];
    private static readonly Lazy<Task<PostgresCluster>> Shared =
        new(() => PostgresCluster.StartAsync(new PostgresClusterOptions(Path.GetTempPath(), ThrowAway: true), CancellationToken.None));

    private static readonly string Data = Directory.CreateTempSubdirectory("helpdesk-processes-").FullName;
    private static readonly SemaphoreSlim OneMigrates = new(1);

    private OperatorSession _session = null!;

    static TestDatabase() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Data, recursive: true);

    /// <summary>Signs in the owner of the schema, a superuser.</summary>
    public string Owner { get; private set; } = "";

    /// <summary>Signs in the role that servers use.</summary>
    public string Server { get; private set; } = "";

    /// <summary>What a process needs to work on this database, without limits that a test would run into.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["ConnectionStrings__Helpdesk"] = Server,
        ["ConnectionStrings__HelpdeskOwner"] = Owner,
        ["Helpdesk__Limits__PerMinute"] = "1000000",
        ["Helpdesk__Limits__PerHour"] = "10000000",
    };

    public async Task InitializeAsync()
    {
        Owner = await CreateAsync();
        await OneMigrates.WaitAsync();
        try
        {
            var deployment = await Deployment.OpenAsync(
                Settings.Read(new("Helpdesk:DataFolder", Data), new("ConnectionStrings:Helpdesk", Owner)), CancellationToken.None);
            await deployment.MigrateAsync(CancellationToken.None);
            Server = await deployment.ServerConnectionStringAsync(CancellationToken.None);
            _session = await OperatorSession.OpenAsync(deployment, CancellationToken.None);
        }
        finally
        {
            OneMigrates.Release();
        }
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    /// <summary>An empty database; answers how its owner signs in.</summary>
    public static async Task<string> CreateAsync()
    {
        var cluster = await Shared.Value;
        var name = "t" + Guid.NewGuid().ToString("N")[..12];
        await using var connection = new NpgsqlConnection(cluster.SuperuserConnectionString);
        await connection.ExecuteAsync($"create database {name}");
        return new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Founds a tenant and mints a key for it.</summary>
    internal async Task<(Tenant Tenant, MintedKey Key)> TenantAsync()
    {
        var tenant = _session.NewTenant("t" + Guid.NewGuid().ToString("N")[..12], "Test", "pro");
        await _session.SendAsync(tenant, new CreateTenant(tenant.Slug, tenant.Name, tenant.Plan), CancellationToken.None);
        return (tenant, await MintAsync(tenant));
    }

    internal Task<MintedKey> MintAsync(Tenant tenant, int? perMinute = null) => _session.SendAsync(tenant, new MintKey(
        "test", AllScopes, "live", "mobieus", "Olga Owner", $"owner@{tenant.Slug}.example", null, perMinute, null), CancellationToken.None);

    internal Task RevokeAsync(Tenant tenant, MintedKey key) =>
        _session.SendAsync(tenant, new RevokeKey($"{key.Id}"), CancellationToken.None);

    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null)
    {
        await using var connection = new NpgsqlConnection(Owner);
        return (await connection.QueryAsync<T>(sql, args)).AsList();
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Owner);
        await connection.ExecuteAsync(sql);
    }
}
