using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>The pool of connections under the application's role: the role that row-level security binds.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly string _direct;
    private readonly NpgsqlDataSource _writers;

    static Database() => RecordTypeMap.Register();

    /// <summary>Opens nothing yet. Reads the connection string <c>Helpdesk</c> and the section <c>Database</c>.</summary>
    public Database(IConfiguration configuration)
        : this(
            configuration.GetConnectionString("Helpdesk")
                ?? throw new InvalidOperationException("The connection string Helpdesk is not set."),
            configuration.GetSection("Helpdesk:Database").Get<DatabaseOptions>() ?? new DatabaseOptions(),
            configuration.GetConnectionString("HelpdeskDirect"))
    {
    }

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connectionString">The database under the application's role.</param>
    /// <param name="options">How to use it.</param>
    /// <param name="direct">The same past a pooler, for the one connection that must stay its own session; null when there is none.</param>
    public Database(string connectionString, DatabaseOptions options, string? direct = null)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var pool = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // Prepared statements nearly double the throughput; a pooler in transaction mode cannot have them.
            MaxAutoPrepare = options.Prepare ? 200 : 0,
            AutoPrepareMinUsages = 2,
            // Nothing outlives a transaction here (settings are local), so there is nothing to reset.
            NoResetOnClose = true,
            MaxPoolSize = given.ShouldSerialize("Maximum Pool Size") ? given.MaxPoolSize : options.PoolSize,
            CommandTimeout = 20,
            Timeout = 5,
            ApplicationName = given.ApplicationName ?? "helpdesk",
        };
        ConnectionString = pool.ConnectionString;
        _direct = string.IsNullOrEmpty(direct) ? ConnectionString : direct;
        Source = CreatePool("helpdesk", ConnectionString);
        // Whoever waits for a lock leaves half of the connections to those who read.
        var mostAlone = Math.Max(1, pool.MaxPoolSize / 2);
        // Sessions that do nothing but write keep what writing needs in the processor's caches.
        (pool.MinPoolSize, pool.MaxPoolSize) = (0, CommitQueue.Lanes);
        _writers = CreatePool("helpdesk-writers", pool.ConnectionString);
        Commits = new(_writers, Source, mostAlone);
    }

    /// <summary>The connection string in use, password included: never log it.</summary>
    internal string ConnectionString { get; }

    /// <summary>The pool.</summary>
    internal NpgsqlDataSource Source { get; }

    /// <summary>The way to a commit for all that requests write.</summary>
    internal CommitQueue Commits { get; }

    /// <summary>A connection for statements that belong to no tenant; nothing on a request's path uses it.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken ct) => Source.OpenConnectionAsync(ct);

    /// <summary>Connections without a pool, and past the pooler where there is one, for a session of its own.</summary>
    internal NpgsqlDataSource CreateDirectSource(string name)
    {
        var settings = new NpgsqlConnectionStringBuilder(_direct) { Pooling = false, MaxAutoPrepare = 0, Timeout = 5, CommandTimeout = 20 };
        var source = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString) { Name = name };
        source.EnableTransportSecurity();
        return source.Build();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Commits.Dispose();
        await _writers.DisposeAsync();
        await Source.DisposeAsync();
    }

    // The name stands in metrics and traces, in place of the connection string.
    private static NpgsqlDataSource CreatePool(string name, string connectionString)
    {
        var source = new NpgsqlSlimDataSourceBuilder(connectionString) { Name = name };
        // Statements of no request and of no named work would be traces of one span each, a few every second.
        source.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null));
        source.EnableArrays();
        source.EnableJsonTypes();
        source.EnableTransportSecurity();
        return source.Build();
    }
}

/// <summary>Section <c>Helpdesk:Database</c> of the configuration.</summary>
public sealed class DatabaseOptions
{
    /// <summary>
    /// Connections that one process holds at most for reading and for its work in the background; another two to four, by its cores, write for
    /// requests. More than a few for each core of the database make everything slower: each session has plans and caches of its own, which push
    /// those of the others out of the processor's. So the default is two for each core that this process sees, 4 to 16.
    /// </summary>
    public int PoolSize { get; set; } = Math.Clamp(2 * Environment.ProcessorCount, 4, 16);

    /// <summary>Whether statements are prepared. Turn it off behind a pooler in transaction mode.</summary>
    public bool Prepare { get; set; } = true;
}
