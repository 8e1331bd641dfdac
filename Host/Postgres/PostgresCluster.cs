using System.Security.Cryptography;

namespace Helpdesk.Host.Postgres;

/// <summary>A PostgreSQL server that belongs to one data folder: made, started, taken over and stopped without an operator.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>The name of the cluster's superuser.</summary>
    public const string Superuser = "postgres";

    private static readonly TimeSpan AnotherMayTake = TimeSpan.FromSeconds(5);

    private readonly ClusterFolder _folder;
    private readonly ClusterEndpoint _endpoint;
    private readonly string _password;
    private ClusterServer? _server;
    private FileStream? _lock;
    private ThrowAwayGuard? _guard;

    private PostgresCluster(ClusterFolder folder, ClusterEndpoint endpoint, bool adopted)
    {
        _folder = folder;
        _endpoint = endpoint;
        _password = folder.ReadPassword();
        Adopted = adopted;
    }

    /// <summary>Whether the server was running already, left by a process that died or owned by the one beside this.</summary>
    public bool Adopted { get; }

    /// <summary>Connects as the superuser to the database <c>postgres</c>. Holds the password: not for logs.</summary>
    public string SuperuserConnectionString => ConnectionString("postgres", Superuser, _password);

    /// <summary>
    /// Makes the cluster when there is none, takes its server over when one still runs, starts it otherwise, and owns it
    /// until disposed. One process at a time owns a cluster; a second one is refused after a few seconds.
    /// </summary>
    /// <exception cref="PostgresClusterException">The operator has to mend something.</exception>
    public static Task<PostgresCluster> StartAsync(PostgresClusterOptions options, CancellationToken ct) =>
        options.ThrowAway ? StartThrowAwayAsync(options, ct) : StartOwnedAsync(options, options.DataFolder, ct);

    /// <summary>
    /// The server that another process runs on this data folder, for a command beside it. Null when none answers. Disposing
    /// it leaves the server running.
    /// </summary>
    /// <exception cref="PostgresClusterException">This user may not read the password.</exception>
    public static PostgresCluster? FindRunning(string dataFolder)
    {
        var folder = ClusterFolder.Of(dataFolder);
        try
        {
            if (!folder.Exists || ClusterServer.WrittenEndpoint(folder) is not { } endpoint)
                return null;

            var (answers, _) = Task.Run(() => ClusterServer.AskAsync(folder, endpoint, folder.ReadPassword(), default))
                .GetAwaiter().GetResult();
            return answers ? new PostgresCluster(folder, endpoint, adopted: true) : null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new PostgresClusterException(
                $"The database of {dataFolder} belongs to another user; run this as the user that runs the server.", error);
        }
    }

    /// <summary>Connects to one database of the cluster.</summary>
    public string ConnectionString(string database, string user, string password) =>
        _endpoint.ConnectionString(database, user, password);

    /// <summary>Ends all sessions and stops the server, whoever started it.</summary>
    public async Task StopAsync()
    {
        _server ??= new ClusterServer(_folder, await ClusterAccount.ForAsync(_folder), BinariesFor(_folder, binFolder: null));
        await _server.StopAsync();
        _endpoint.Forget(_folder);
    }

    /// <summary>Stops the server where this object owns it, and deletes it where it is a throw-away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            await _guard.DisposeAsync();
            _endpoint.Forget(_folder);
        }
        else if (_lock is not null)
        {
            await StopAsync();
        }

        _guard = null;
        if (_lock is not null)
            await _lock.DisposeAsync();
        _lock = null;
    }

    private static async Task<PostgresCluster> StartThrowAwayAsync(PostgresClusterOptions options, CancellationToken ct)
    {
        var name = $"helpdesk-throwaway-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var parent = Path.GetFullPath(options.DataFolder);
        Directory.CreateDirectory(parent);
        var account = await ClusterAccount.ForAsync(ClusterFolder.Of(Path.Combine(parent, name)));
        if (!await account.CanEnterAsync(parent))
            parent = "/tmp";

        var guard = ThrowAwayGuard.Over(Path.Combine(parent, name));
        try
        {
            var cluster = await StartOwnedAsync(options, Path.Combine(parent, name), ct);
            cluster._guard = guard;
            return cluster;
        }
        catch
        {
            await guard.DisposeAsync();
            throw;
        }
    }

    private static async Task<PostgresCluster> StartOwnedAsync(PostgresClusterOptions options, string dataFolder, CancellationToken ct)
    {
        try
        {
            var say = options.Say ?? Console.Error.WriteLine;
            var (folder, account) = await ClusterFolder.OpenAsync(dataFolder, say);
            var owned = await LockAsync(folder, ct);
            try
            {
                // Another process may have made the cluster while this one waited for the lock.
                account = await ClusterAccount.ForAsync(folder);
                var cluster = await AdoptOrStartAsync(options, folder, account, ct);
                cluster._lock = owned;
                return cluster;
            }
            catch
            {
                await owned.DisposeAsync();
                throw;
            }
        }
        catch (UnauthorizedAccessException error)
        {
            throw new PostgresClusterException(
                $"{error.Message} Run the server as the user that owns {dataFolder}, or choose another data folder.", error);
        }
    }

    private static async Task<PostgresCluster> AdoptOrStartAsync(
        PostgresClusterOptions options, ClusterFolder folder, ClusterAccount account, CancellationToken ct)
    {
        var binaries = BinariesFor(folder, options.BinFolder);
        var server = new ClusterServer(folder, account, binaries);

        if (!folder.Exists)
            await ClusterInitialiser.InitialiseAsync(folder, account, binaries, durable: !options.ThrowAway, ct);

        var endpoint = await server.AdoptAsync(folder.ReadPassword, ct);
        var adopted = endpoint is not null;
        if (endpoint is null)
        {
            endpoint = await ClusterEndpoint.ChooseAsync(ClusterEndpoint.SocketFolders(folder), account);
            ClusterSettings.Write(folder, endpoint, durable: !options.ThrowAway);
            await server.StartAsync();
        }

        endpoint.Write(folder);
        return new PostgresCluster(folder, endpoint, adopted) { _server = server };
    }

    private static PostgresBinaries BinariesFor(ClusterFolder folder, string? binFolder)
    {
        int? wanted = folder.Exists ? folder.Major : null;
        if (PostgresBinaries.Find(binFolder, folder.DataFolder, wanted) is { } binaries)
            return binaries;

        var other = PostgresBinaries.Find(binFolder, folder.DataFolder);
        throw new PostgresClusterException((wanted, other) switch
        {
            (null, _) => $"No PostgreSQL {PostgresBinaries.OldestMajor} or later was found; "
                + "run build/install-postgres, or name the folder of its programs in HELPDESK_POSTGRES_BIN.",
            (_, null) => $"The database in {folder.Cluster} was made by PostgreSQL {wanted}, and no PostgreSQL was found; "
                + $"install version {wanted}.",
            _ => $"The database in {folder.Cluster} was made by PostgreSQL {wanted}, and only version {other.Major} was found; "
                + $"install version {wanted}, or move the data over with a dump.",
        });
    }

    private static async Task<FileStream> LockAsync(ClusterFolder folder, CancellationToken ct)
    {
        var deadline = DateTime.UtcNow + AnotherMayTake;
        while (true)
        {
            try
            {
                return new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (error.GetType() == typeof(IOException))
            {
                if (DateTime.UtcNow > deadline)
                    throw new PostgresClusterException(
                        $"Another process of Helpdesk works with the data folder {folder.DataFolder}; stop it first.", error);
                await Task.Delay(100, ct);
            }
        }
    }
}
