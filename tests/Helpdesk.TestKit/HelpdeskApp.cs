using System.Net;
using Dapper;
using Helpdesk.Access;
using Helpdesk.Audit.Contracts;
using Helpdesk.Host.Operation;
using Helpdesk.Host.Postgres;
using Helpdesk.SharedKernel.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Helpdesk.TestKit;

/// <summary>
/// The running server on a real PostgreSQL, one for each test process, and what tests want of it. Every test takes a tenant of its own,
/// so nothing is wiped and a leak between tenants shows.
/// </summary>
public sealed class HelpdeskApp : IAsyncLifetime
{
    private static readonly Lazy<Task<Running>> Started = new(StartAsync);
    private Running _running = null!;

    /// <summary>Settings that a test project wants beside the usual; filled by its module initializer, before anything starts.</summary>
    public static List<KeyValuePair<string, string?>> MoreSettings { get; } = [];

    /// <summary>Where the server listens, by address; the tenant's host name goes into the Host header.</summary>
    public Uri Address => _running.Address;

    /// <summary>Signs in the role that the server uses.</summary>
    public string ServerConnectionString => _running.ServerConnectionString;

    /// <summary>Signs in the owner of the schema, a superuser.</summary>
    public string OwnerConnectionString => _running.Deployment.Owner;

    /// <summary>What an operator does with audit logs.</summary>
    public IAuditKeeper Audit => _running.Session.Audit;

    /// <summary>Where the server's secrets lie: a second server that is to read tenants' secrets needs it.</summary>
    public string DataFolder => _running.DataFolder;

    /// <summary>The database as operators' commands open it.</summary>
    public Deployment Deployment => _running.Deployment;

    /// <summary>All routes.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. _running.App.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    /// <summary>The published document of the native API, to hold answers against.</summary>
    public Task<OpenApiConformance> DocumentAsync() => _running.Document.Value;

    /// <summary>The published document of Headoni.</summary>
    public Task<OpenApiConformance> HeadoniDocumentAsync() => _running.HeadoniDocument.Value;

    public async Task InitializeAsync() => _running = await Started.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>A new tenant, as an operator would found it: default queue, statuses, nothing else.</summary>
    public async Task<TestTenant> NewTenantAsync(string plan = "pro")
    {
        var slug = "t" + Guid.NewGuid().ToString("N")[..12];
        var tenant = _running.Session.NewTenant(slug, $"Tenant {slug}", plan);
        await _running.Session.SendAsync(tenant, new CreateTenant(slug, tenant.Name, plan), CancellationToken.None);
        return new TestTenant(this, _running.Session, tenant);
    }

    /// <summary>Makes a change beside the running server, as operators do, and waits until the server has heard of it.</summary>
    public async Task HeardAsync(string topic, long tenantId, Func<Task> change)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var signals = _running.App.Services.GetRequiredService<Signals>();
        signals.Received += Hear;
        await change();
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        signals.Received -= Hear;

        void Hear(string? what, long of)
        {
            if (what is null || (what == topic && of == tenantId))
                heard.TrySetResult();
        }
    }

    /// <summary>Runs SQL past every wall, for what no API can arrange: times long ago, rows of the future.</summary>
    public async Task<int> OwnerSqlAsync(string sql, object? args = null)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString);
        return await connection.ExecuteAsync(sql, args, commandTimeout: 300);
    }

    /// <summary>Reads past every wall.</summary>
    public async Task<IReadOnlyList<T>> OwnerQueryAsync<T>(string sql, object? args = null)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString);
        return (await connection.QueryAsync<T>(sql, args)).AsList();
    }

    private static async Task<Running> StartAsync()
    {
        var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions(Path.GetTempPath(), ThrowAway: true), CancellationToken.None);
        var data = Directory.CreateTempSubdirectory("helpdesk-test-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(data, recursive: true);
        var deployment = await Deployment.OpenAsync(
            Settings.Read(
                new("Helpdesk:DataFolder", data),
                new("ConnectionStrings:Helpdesk", await CreateDatabaseAsync(cluster))),
            CancellationToken.None);
        await deployment.MigrateAsync(CancellationToken.None);
        var server = await deployment.ServerConnectionStringAsync(CancellationToken.None);
        var configuration = Settings.Read([
            new("ConnectionStrings:Helpdesk", Pooler.IsWanted ? await Pooler.StartAsync(server) : server),
            new("ConnectionStrings:HelpdeskDirect", server),
            new("Helpdesk:Database:Prepare", Pooler.IsWanted ? "false" : "true"),
            new("Helpdesk:DataFolder", data),
            new("Helpdesk:Limits:PerMinute", "1000000"),
            new("Helpdesk:Limits:PerHour", "10000000"),
            new("Helpdesk:Limits:RefusalsPerMinute", "1000000"),
            new("Logging:LogLevel:Default", "Warning"),
            .. MoreSettings]);
        var app = Server.Build(configuration, new IPEndPoint(IPAddress.Loopback, 0));
        await Server.CheckAsync(app, CancellationToken.None);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var session = await OperatorSession.OpenAsync(deployment, CancellationToken.None);
        return new Running(app, new Uri(address), data, deployment, server, session,
            new(() => ReadDocumentAsync(address, "localhost")), new(() => ReadDocumentAsync(address, "any.headoni.localhost")));
    }

    private static async Task<OpenApiConformance> ReadDocumentAsync(string address, string host)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Host = host } };
        return new OpenApiConformance(await http.GetStringAsync(new Uri(new Uri(address), "/api/openapi.json")));
    }

    private static async Task<string> CreateDatabaseAsync(PostgresCluster cluster)
    {
        await using var connection = new NpgsqlConnection(cluster.SuperuserConnectionString);
        await connection.ExecuteAsync("create database helpdesk");
        return new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString) { Database = "helpdesk" }.ConnectionString;
    }

    private sealed record Running(
        WebApplication App, Uri Address, string DataFolder, Deployment Deployment, string ServerConnectionString, OperatorSession Session,
        Lazy<Task<OpenApiConformance>> Document, Lazy<Task<OpenApiConformance>> HeadoniDocument);
}
