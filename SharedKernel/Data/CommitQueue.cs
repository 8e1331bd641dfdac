using System.Diagnostics;
using Helpdesk.SharedKernel.Observability;
using Npgsql;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// Commits what requests collected. Those that come while others are being written wait for them and then go out together, as one transaction:
/// that saves most of what a transaction costs beside its rows, such as the commit, the round trip and the change between sessions. A
/// request that comes alone waits for nothing.
/// </summary>
/// <remarks>
/// Nobody can tell that a transaction was shared. Each statement runs under its own request's tenant; when one fails nothing has happened, and
/// each request is written again by itself, so that only the one at fault hears of it.
/// </remarks>
/// <param name="writers">As many connections as <see cref="Lanes"/>, so that a shared transaction waits for none.</param>
/// <param name="others">For what goes by itself, and may wait for somebody's lock.</param>
/// <param name="mostAlone">How many of them those may hold at a time.</param>
internal sealed class CommitQueue(NpgsqlDataSource writers, NpgsqlDataSource others, int mostAlone) : IDisposable
{
    /// <summary>Shared transactions at a time. More of them make each slower and leave less to share.</summary>
    public static readonly int Lanes = Math.Clamp(Environment.ProcessorCount, 2, 4);

    // While one is on its way, another begins when so many wait for it. Fewer go with the next, which is never far.
    private const int EnoughForAnother = 8;

    private const int MostCommits = 16;

    // What is larger goes by itself: the others would wait for it.
    private const int MostStatements = 24;

    // A row that a stranger's transaction holds would hold up all that share this one. Who wants it waits for it by itself instead.
    private const string ShortWaitsSql = "select set_config('lock_timeout', '100ms', true)";

    private readonly Lock _gate = new();
    private readonly List<Commit> _waiting = [];
    private readonly HashSet<long> _busy = [];
    private readonly SemaphoreSlim _alone = new(mostAlone);
    private int _running;

    /// <summary>Writes and commits. On an exception nothing happened, or the connection was lost on the way and nobody knows.</summary>
    public Task WriteAsync(Commit commit, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (commit.Count > MostStatements)
            return SendAloneAsync(commit, ct);
        lock (_gate)
        {
            _waiting.Add(commit);
            if (_running == Lanes || _busy.Contains(commit.TenantId) || (_running > 0 && _waiting.Count < EnoughForAnother))
                return commit.Done;
            _running++;
        }

        _ = RunLaneAsync();
        return commit.Done;
    }

    /// <inheritdoc/>
    public void Dispose() => _alone.Dispose();

    private async Task RunLaneAsync()
    {
        for (var group = Next([]); group.Count > 0; group = Next(group))
            await WriteAsync(group, isShared: true);
    }

    /// <summary>
    /// What goes out next: those that have waited longest, sorted by tenant, so that two processes that want the same rows lock them in the same
    /// order. A tenant is in one transaction at a time, so that none waits for another's rows.
    /// </summary>
    private List<Commit> Next(List<Commit> written)
    {
        lock (_gate)
        {
            foreach (var commit in written)
                _busy.Remove(commit.TenantId);
            var group = _waiting.Where(commit => !_busy.Contains(commit.TenantId)).Take(MostCommits).OrderBy(commit => commit.TenantId).ToList();
            _waiting.RemoveAll(group.Contains);
            foreach (var commit in group)
                _busy.Add(commit.TenantId);
            if (group.Count == 0)
                _running--;
            return group;
        }
    }

    private async Task WriteAsync(List<Commit> group, bool isShared)
    {
        try
        {
            await (isShared ? SendAsync(group, isShared: true, CancellationToken.None) : SendAloneAsync(group[0], CancellationToken.None));
            foreach (var commit in group)
                commit.Succeed();
        }
        catch (PostgresException exception) when (isShared && IsBetterAlone(group, exception))
        {
            Telemetry.CommitsParted.Add(1);
            foreach (var commit in group)
                _ = WriteAsync([commit], isShared: false);
        }
        catch (Exception exception)
        {
            foreach (var commit in group)
                commit.Fail(exception);
        }
    }

    // After an error, other than the end of the session, nothing was committed for certain.
    private static bool IsBetterAlone(List<Commit> group, PostgresException exception) =>
        exception.InvariantSeverity == "ERROR" && (group.Count > 1 || exception.SqlState == PostgresErrorCodes.LockNotAvailable);

    private async Task SendAloneAsync(Commit commit, CancellationToken ct)
    {
        await _alone.WaitAsync(ct);
        try
        {
            await SendAsync([commit], isShared: false, ct);
        }
        finally
        {
            _alone.Release();
        }
    }

    private async Task SendAsync(List<Commit> group, bool isShared, CancellationToken ct)
    {
        // The span of the batch stands in the trace of the first; the others point to it.
        Activity.Current = group[0].Span;
        foreach (var commit in group)
            commit.Span?.SetTag("helpdesk.commit.requests", group.Count);
        if (group[0].Span is { } first)
        {
            foreach (var commit in group.Skip(1))
                commit.Span?.AddLink(new ActivityLink(first.Context));
        }

        await using var connection = await (isShared ? writers : others).OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in Statements(group, isShared))
            batch.BatchCommands.Add(statement.ToCommand());
        await using var reader = await batch.ExecuteReaderAsync(ct);
        foreach (var late in group.Select(commit => commit.Late).OfType<LateNumber>())
            late.Fill(await ReadLateNumberAsync(reader, ct));
        while (await reader.NextResultAsync(ct))
        {
            // Nothing to learn from them, but a failure.
        }
    }

    // Each tenant's rows that many want come after its others, as in a transaction of one request.
    private static IEnumerable<Statement> Statements(List<Commit> group, bool isShared)
    {
        if (isShared)
            yield return new(ShortWaitsSql, group);
        foreach (var ofTenant in group.GroupBy(commit => commit.TenantId))
        {
            yield return TenantDb.Use(ofTenant.Key);
            foreach (var statement in ofTenant.SelectMany(commit => commit.Writes))
                yield return statement;
            foreach (var statement in ofTenant.SelectMany(commit => commit.Shared))
                yield return statement;
            foreach (var statement in ofTenant.SelectMany(commit => commit.Last))
                yield return statement;
        }
    }

    private static async Task<int> ReadLateNumberAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        do
        {
            if (reader.FieldCount == 1 && reader.GetName(0) == LateNumber.Column && await reader.ReadAsync(ct))
            {
                var number = reader.GetInt32(0);
                await reader.NextResultAsync(ct);
                return number;
            }
        }
        while (await reader.NextResultAsync(ct));
        throw new InvalidOperationException("The write that draws a number drew none.");
    }
}

/// <summary>What one request writes, on its way.</summary>
internal sealed class Commit(long tenantId, List<Statement> writes, List<Statement> shared, List<Statement> last, LateNumber? late, Activity? span)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long TenantId => tenantId;

    /// <summary>To rows of its own.</summary>
    public List<Statement> Writes => writes;

    /// <summary>To rows that many write.</summary>
    public List<Statement> Shared => shared;

    /// <summary>What draws the number, and the remembered reply, which reads it.</summary>
    public List<Statement> Last => last;

    /// <summary>The number that it draws, if any.</summary>
    public LateNumber? Late => late;

    public Activity? Span => span;

    public int Count => writes.Count + shared.Count + last.Count;

    public Task Done => _done.Task;

    public void Succeed() => _done.SetResult();

    public void Fail(Exception exception) => _done.SetException(exception);
}
