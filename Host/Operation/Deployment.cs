using System.Security.Cryptography;
using Dapper;
using Helpdesk.Host.Postgres;
using Npgsql;

namespace Helpdesk.Host.Operation;

/// <summary>
/// The database that commands work on: the configured one, or the private cluster of the data folder. Two roles sign in: the owner of the
/// schema for migrations and operator's commands, and the server's own, which row-level security binds.
/// </summary>
public sealed class Deployment : IAsyncDisposable
{
    private const string DatabaseName = "helpdesk";
    private const string ServerRole = "helpdesk_server";
    private const string NothingConfigured = "Set ConnectionStrings__Helpdesk, or Helpdesk__DataFolder for a private PostgreSQL (build/run does).";

    private readonly PostgresCluster? _cluster;
    private readonly string? _dataFolder;

    private Deployment(string ownerConnectionString, string? serverConnectionString, PostgresCluster? cluster, IConfiguration configuration)
    {
        (Owner, Configured, _cluster, _dataFolder) = (ownerConnectionString, serverConnectionString, cluster, configuration["Helpdesk:DataFolder"]);
        Keys =
        [
            .. new[] { "Helpdesk:Audit", "Helpdesk:Secrets", "Helpdesk:Ai" }.SelectMany(section => configuration.GetSection(section).AsEnumerable()),
            new("Helpdesk:DataFolder", _dataFolder),
        ];
    }

    /// <summary>The settings that operators' commands share with the server: the keys that it signs and encrypts with, and what models cost.</summary>
    internal IReadOnlyList<KeyValuePair<string, string?>> Keys { get; }

    /// <summary>Signs in the owner of the schema. Holds a password.</summary>
    public string Owner { get; }

    /// <summary>Signs in the server's role, where the operator configured one.</summary>
    private string? Configured { get; }

    /// <summary>Opens the configured database, or the private cluster: the one that runs beside this process, or a started one.</summary>
    /// <param name="configuration">Settings.</param>
    /// <param name="ct">Stops the start.</param>
    /// <param name="asOwner">Whether the cluster is this process's to stop, also when a killed one left it running.</param>
    public static async Task<Deployment> OpenAsync(IConfiguration configuration, CancellationToken ct, bool asOwner = false)
    {
        var dataFolder = configuration["Helpdesk:DataFolder"];
        if (configuration.GetConnectionString("Helpdesk") is { Length: > 0 } server)
            return new Deployment(configuration.GetConnectionString("HelpdeskOwner") ?? server, server, null, configuration);
        if (dataFolder is null)
            throw new OperatorException(NothingConfigured);
        var cluster = (asOwner ? null : PostgresCluster.FindRunning(dataFolder)) ?? await PostgresCluster.StartAsync(new PostgresClusterOptions(dataFolder), ct);
        await EnsureDatabaseAsync(cluster.SuperuserConnectionString, ct);
        var owner = new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString) { Database = DatabaseName }.ConnectionString;
        return new Deployment(owner, null, cluster, configuration);
    }

    /// <summary>Brings the schema and the event log's partitions up to date; answers what was applied.</summary>
    public async Task<IReadOnlyList<Migration>> MigrateAsync(CancellationToken ct)
    {
        var applied = await new Migrator(HostModules.All).MigrateAsync(Owner, ct);
        await using var connection = new NpgsqlConnection(Owner);
        await Housekeeping.EnsurePartitionsAsync(connection, DateTimeOffset.UtcNow);
        return applied;
    }

    /// <summary>
    /// Signs in the server's own role. Where only an owner is known, that role is made, with a password that is kept in the data folder.
    /// </summary>
    public async Task<string> ServerConnectionStringAsync(CancellationToken ct)
    {
        if (Configured is not null && (Configured != Owner || !await MayBypassAsync(Owner, ct)))
            return Configured;
        var folder = _dataFolder ?? throw new OperatorException(
            "The configured role may bypass row-level security. Give ConnectionStrings__HelpdeskOwner for it, and a member of helpdesk_app as ConnectionStrings__Helpdesk.");
        var password = await ReadOrMakePasswordAsync(PasswordFile(folder), ct);
        await using var connection = new NpgsqlConnection(Owner);
        // Names and passwords cannot be parameters of these statements; format() quotes them.
        await connection.ExecuteAsync($"""
            do $$ begin
                if not exists (select from pg_roles where rolname = '{ServerRole}') then
                    create role {ServerRole} login;
                end if;
            end $$
            """);
        var alter = await connection.ExecuteScalarAsync<string>(
            $"select format('alter role {ServerRole} password %L', @password::text)", new { password });
        await connection.ExecuteAsync(alter!);
        await connection.ExecuteAsync($"grant helpdesk_app to {ServerRole}");
        await connection.ExecuteAsync($"alter role {ServerRole} set lock_timeout = '5s'");
        await connection.ExecuteAsync($"alter role {ServerRole} set statement_timeout = '30s'");
        await connection.ExecuteAsync($"alter role {ServerRole} set jit = off");
        return new NpgsqlConnectionStringBuilder(Owner) { Username = ServerRole, Password = password }.ConnectionString;
    }

    /// <summary>
    /// Signs in the server's own role as <see cref="ServerConnectionStringAsync"/> does, and neither makes, starts nor changes anything.
    /// </summary>
    /// <exception cref="OperatorException">There is no such role or no such database yet.</exception>
    public static async Task<string> FindServerConnectionStringAsync(IConfiguration configuration, CancellationToken ct)
    {
        var dataFolder = configuration["Helpdesk:DataFolder"];
        var secret = dataFolder is null ? null : PasswordFile(dataFolder);
        if (configuration.GetConnectionString("Helpdesk") is { Length: > 0 } server)
        {
            var isOwners = (configuration.GetConnectionString("HelpdeskOwner") ?? server) == server;
            return isOwners && File.Exists(secret) && await MayBypassAsync(server, ct) ? await SignInServerAsync(server, secret) : server;
        }

        await using var cluster = PostgresCluster.FindRunning(dataFolder ?? throw new OperatorException(NothingConfigured))
            ?? throw new OperatorException($"The private PostgreSQL of {dataFolder} does not run. 'up' (build/run) makes and starts it.");
        return File.Exists(secret)
            ? await SignInServerAsync(cluster.SuperuserConnectionString, secret, DatabaseName)
            : throw new OperatorException($"The server's role has no password in {dataFolder} yet. 'up' (build/run) makes one.");
    }

    private static async Task<string> SignInServerAsync(string owner, string secret, string? database = null)
    {
        var signIn = new NpgsqlConnectionStringBuilder(owner) { Username = ServerRole, Password = (await File.ReadAllTextAsync(secret)).Trim() };
        signIn.Database = database ?? signIn.Database;
        return signIn.ConnectionString;
    }

    /// <summary>Whether anybody has founded a tenant here.</summary>
    public async Task<bool> HasTenantsAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Owner);
        await connection.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<bool>("select exists (select from access.all_tenants())");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    private static string PasswordFile(string dataFolder) => Path.Combine(dataFolder, "secrets", ServerRole);

    private static async Task<bool> MayBypassAsync(string signIn, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(signIn);
        await connection.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<bool>("""
            select rolsuper or rolbypassrls or exists (
                select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'kernel' and pg_has_role(current_user, c.relowner, 'member'))
            from pg_roles where rolname = current_user
            """);
    }

    private static async Task EnsureDatabaseAsync(string superuser, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(superuser);
        await connection.OpenAsync(ct);
        if (!await connection.ExecuteScalarAsync<bool>("select exists (select from pg_database where datname = @DatabaseName)", new { DatabaseName }))
            await connection.ExecuteAsync($"create database {DatabaseName}");
    }

    private static async Task<string> ReadOrMakePasswordAsync(string path, CancellationToken ct)
    {
        if (File.Exists(path))
            return (await File.ReadAllTextAsync(path, ct)).Trim();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(path, options);
        await file.WriteAsync(password);
        return password;
    }
}
