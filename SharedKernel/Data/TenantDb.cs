using System.Diagnostics;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Tenancy;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// The database as one tenant sees it. Reads take one round trip each. Writes are collected while the handler decides and go out
/// together, as one batch that PostgreSQL runs as one transaction: either all of them happened, with their events and the remembered
/// reply, or none.
/// </summary>
/// <remarks>
/// A batch without an explicit <c>begin</c> is one transaction up to the sync message that ends it, so the tenant that its first statement
/// sets holds for the whole batch and is gone after it, also when a statement fails.
/// </remarks>
public sealed class TenantDb
{
    private const string UseTenantSql = "select kernel.use_tenant(@TenantId)";

    // Before another try to write out: a lost race is over at once, a database that changes place takes seconds.
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    private static readonly TimeSpan LongestTrying = TimeSpan.FromSeconds(15);

    private readonly Database _database;
    private readonly RequestContext? _context;
    private readonly long _tenantId;
    private readonly List<Statement> _writes = [];
    private readonly List<Statement> _shared = [];
    private readonly List<Statement> _last = [];
    private readonly List<Action> _afterCommit = [];
    private readonly Dictionary<string, Func<Results.Error>> _conflicts = [];
    private LateNumber? _late;

    /// <summary>The database as the tenant of the request sees it.</summary>
    public TenantDb(Database database, RequestContext context) => (_database, _context) = (database, context);

    private TenantDb(Database database, long tenantId) => (_database, _tenantId) = (database, tenantId);

    /// <summary>The database as one tenant sees it, outside any request.</summary>
    public static TenantDb For(Database database, long tenantId) => new(database, tenantId);

    /// <summary>The caller's tenant. Stands in every statement beside row-level security.</summary>
    public long TenantId => _context?.TenantId ?? _tenantId;

    /// <summary>
    /// Whether the handler may decide on what its process remembers of rows, provided that all it writes is on condition of their versions. Commands may at
    /// their first try.
    /// </summary>
    public bool MayRecall { get; internal set; }

    /// <summary>Whether the decision stands on what was remembered, which only its writes can confirm.</summary>
    internal bool HasRecalled { get; private set; }

    /// <summary>Whether anything waits to be written.</summary>
    internal bool HasWrites => _writes.Count + _shared.Count + _last.Count > 0;

    /// <summary>The number that the waiting writes will bring, if any.</summary>
    internal LateNumber? Late => _late;

    /// <summary>The first row, or the default when there is none.</summary>
    public Task<T?> SingleOrDefaultAsync<T>(string sql, object args, CancellationToken ct) =>
        ReadAsync([new(sql, args)], rows => rows.SingleOrDefaultAsync<T>(ct), ct);

    /// <summary>All rows.</summary>
    public Task<List<T>> ListAsync<T>(string sql, object args, CancellationToken ct) =>
        ReadAsync([new(sql, args)], rows => rows.ListAsync<T>(ct), ct);

    /// <summary>Several reads in one round trip, seen in the order given.</summary>
    public async Task<T> ReadAsync<T>(Statement[] statements, Func<Rows, Task<T>> read, CancellationToken ct)
    {
        await using var connection = await _database.Source.OpenConnectionAsync(ct);
        await using var batch = Batch(connection, statements);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await read(new Rows(reader));
    }

    /// <summary>
    /// Says that the decision stands on what was remembered. When nothing would be written, it is made again without it.
    /// </summary>
    public void Recalls() => HasRecalled = true;

    /// <summary>Adds a write to the transaction that the request will commit.</summary>
    public void Enqueue(string sql, object args) => _writes.Add(new(sql, args));

    /// <summary>
    /// Adds a write to rows that many requests write, such as counts. It goes out after those of <see cref="Enqueue"/>, so that its locks
    /// are held for no longer than the commit takes.
    /// </summary>
    public void EnqueueShared(string sql, object args) => _shared.Add(new(sql, args));

    /// <summary>
    /// Adds a write that draws the next value of the tenant's counter and answers with it. It goes out after all others, since who draws
    /// the next number waits for this one's commit. The number is known only after the commit;
    /// until then it stands in the reply as a <see cref="LateNumber"/>. At most one for each transaction.
    /// </summary>
    public LateNumber EnqueueNumbered(string counter, string sql, object args)
    {
        if (_late is not null)
            throw new InvalidOperationException("A transaction draws at most one number.");
        _last.Add(new(sql, args));
        return _late = new LateNumber(counter, _context?.RequestId ?? "late");
    }

    /// <summary>Adds the write that ends the transaction, and may read what the others wrote: the remembered reply.</summary>
    internal void EnqueueLast(string sql, object args) => _last.Add(new(sql, args));

    /// <summary>Says what a violation of a named constraint means: a race that another caller won.</summary>
    public void OnConflict(string constraint, Func<Results.Error> error) => _conflicts[constraint] = error;

    /// <summary>Runs in memory after the commit, on this node only; must not fail and must not wait.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>
    /// Writes what was collected so far as one transaction, and goes on. For requests that do something outside in between, which must be
    /// written down whatever becomes of the rest: lost races and short faults of the database are tried again. What is written must bear to be sent
    /// twice but for its events, whose ids tell that an earlier try was committed and only its answer lost.
    /// Handlers of commands have no use for it: they may run again.
    /// </summary>
    public async Task WriteOutAsync(CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var attempt = 1; HasWrites; attempt++)
        {
            try
            {
                await CommitAsync(ct);
                Discard();
            }
            catch (PostgresException exception) when (attempt > 1 && exception is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "log" })
            {
                Discard();
            }
            catch (NpgsqlException exception) when (attempt <= Pauses.Length && exception.IsTransient && Stopwatch.GetElapsedTime(begun) < LongestTrying)
            {
                Telemetry.CommitsRetried.Add("request", "hook");
                await Task.Delay(Pauses[attempt - 1], ct);
            }
        }
    }

    /// <summary>Forgets what was collected: the request is refused or is decided again.</summary>
    internal void Discard()
    {
        _writes.Clear();
        _shared.Clear();
        _last.Clear();
        _afterCommit.Clear();
        _conflicts.Clear();
        _late = null;
        HasRecalled = false;
    }

    /// <summary>The error that a violated constraint stands for, when the handler named one.</summary>
    internal Results.Error? ErrorFor(PostgresException exception) =>
        exception.ConstraintName is { } name && _conflicts.TryGetValue(name, out var error) ? error() : null;

    /// <summary>Writes what was collected and commits. On an exception nothing happened.</summary>
    internal async Task CommitAsync(CancellationToken ct)
    {
        using (var span = Telemetry.Start("commit"))
            await _database.Commits.WriteAsync(new(TenantId, _writes, _shared, _last, _late, span), ct);
        foreach (var action in _afterCommit)
            action();
    }

    /// <summary>The statement under which all that follow it in the transaction see and write this tenant's rows only.</summary>
    internal static Statement Use(long tenantId) => new(UseTenantSql, new { TenantId = tenantId });

    private NpgsqlBatch Batch(NpgsqlConnection connection, IReadOnlyCollection<Statement> statements)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Use(TenantId).ToCommand());
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement.ToCommand());
        return batch;
    }
}
