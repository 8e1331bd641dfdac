using System.Diagnostics;
using Dapper;
using Helpdesk.Desk.Contracts;
using Helpdesk.Host.Operation;
using Npgsql;

namespace Helpdesk.Host.Demo;

/// <summary>How much to load.</summary>
/// <param name="Tenants">New tenants.</param>
/// <param name="Tickets">Tickets of all of them together, spread evenly.</param>
/// <param name="MessagesPerTicket">The average length of a thread.</param>
/// <param name="KeyFile">Where to write keys and sample tickets, if anywhere.</param>
internal sealed record BulkLoadPlan(int Tenants, int Tickets, int MessagesPerTicket, string? KeyFile);

/// <summary>Fills new tenants with made-up history, fast: by COPY, past the API.</summary>
internal static class BulkLoad
{
    /// <summary>The role that bulk imports work as.</summary>
    public const string Role = "helpdesk_import";

    /// <summary>How long before the founding of its tenant the youngest ticket came in, so that no clock makes ids among the loaded ones.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private const int TicketsInBatch = 4_000;
    private const int Samples = 20_000;

    // Any number will do, as long as every process takes the same one.
    private const long Lock = 4_855_476_554;

    private const string MayImportSql = """
        select exists (select from pg_roles where rolname = @Role and rolbypassrls and pg_has_role(current_user, oid, 'member'))
        """;

    private const string SampleSql = """
        select id, number, status_id from tickets.ticket where tenant_id = @TenantId and number % @Every = 0 order by number
        """;

    private const string CountSql = "select value from kernel.counter where tenant_id = @TenantId and name = 'ticket'";

    /// <summary>Loads, and answers the new tenants.</summary>
    /// <exception cref="OperatorException">What the operator has to mend first.</exception>
    public static async Task<IReadOnlyList<LoadTenant>> RunAsync(Deployment deployment, BulkLoadPlan plan, Action<string> say, CancellationToken ct)
    {
        await using var owner = Connection(deployment.Owner);
        await owner.OpenAsync(ct);
        await AdmitAsync(owner, ct);
        var indexes = new BulkLoadIndexes(deployment.Owner);
        await indexes.RestoreAsync(say);

        await using var session = await OperatorSession.OpenAsync(deployment, ct);
        var tenants = await FoundAsync(session, plan, say, ct);
        var watch = Stopwatch.StartNew();
        if (!await indexes.ShelveAsync(ct))
            say("there are tickets already, so the indexes stay in place; this is slower");
        try
        {
            await FillAsync(deployment, plan, tenants, say, ct);
        }
        finally
        {
            await indexes.RestoreAsync(say);
        }

        say("cleaning and analysing …");
        foreach (var table in BulkLoadCopy.Tables)
            await owner.ExecuteAsync(new CommandDefinition($"vacuum (analyze) {table}", cancellationToken: ct));
        if (plan.KeyFile is not null)
            await WriteKeysAsync(owner, session, tenants, plan.KeyFile, ct);
        say($"loaded {plan.Tickets:N0} tickets into {tenants[0].Tenant.Slug} to {tenants[^1].Tenant.Slug} in {watch.Elapsed.TotalSeconds:N0} s");
        return tenants;
    }

    /// <summary>A connection of its own, without a limit on how long a statement takes.</summary>
    public static NpgsqlConnection Connection(string ownerConnectionString) =>
        new(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);

    private static async Task AdmitAsync(NpgsqlConnection owner, CancellationToken ct)
    {
        if (!await owner.ExecuteScalarAsync<bool>(new CommandDefinition("select pg_try_advisory_lock(@Lock)", new { Lock }, cancellationToken: ct)))
            throw new OperatorException("Another bulk load is running.");
        if (!await owner.ExecuteScalarAsync<bool>(new CommandDefinition(MayImportSql, new { Role }, cancellationToken: ct)))
        {
            throw new OperatorException(
                $"Bulk loads work as the role {Role}, which the migrating role could not make. A superuser can: "
                + $"create role {Role} nologin bypassrls; grant {Role} to the owner of the schema.");
        }

        foreach (var table in BulkLoadCopy.Tables)
            await owner.ExecuteAsync(new CommandDefinition("select kernel.open_to_import(@table)", new { table }, cancellationToken: ct));
    }

    private static async Task<List<LoadTenant>> FoundAsync(OperatorSession session, BulkLoadPlan plan, Action<string> say, CancellationToken ct)
    {
        say($"founding {plan.Tenants:N0} tenants …");
        var serial = await BulkLoadTenants.NextSerialAsync(session, ct);
        var tenants = new List<LoadTenant>(plan.Tenants);
        while (tenants.Count < plan.Tenants)
            tenants.Add(await BulkLoadTenants.FoundAsync(session, serial + tenants.Count, ct));
        return tenants;
    }

    private static async Task FillAsync(
        Deployment deployment, BulkLoadPlan plan, IReadOnlyList<LoadTenant> tenants, Action<string> say, CancellationToken ct)
    {
        var progress = new Progress(plan.Tickets, say);
        var waiting = new System.Collections.Concurrent.ConcurrentQueue<(LoadTenant Tenant, int Count)>(
            tenants.Select((tenant, i) => (tenant, plan.Tickets / tenants.Count + (i < plan.Tickets % tenants.Count ? 1 : 0))));
        // PostgreSQL does most of the work: one connection for each core keeps it busy.
        var workers = Math.Min(tenants.Count, Math.Min(Environment.ProcessorCount, 8));
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            await using var connection = Connection(deployment.Owner);
            await connection.OpenAsync(ct);
            await BulkLoadCopy.PrepareAsync(connection, ct);
            while (waiting.TryDequeue(out var next))
                await FillAsync(connection, next.Tenant, next.Count, plan.MessagesPerTicket, progress, ct);
        }, ct)));
    }

    private static async Task FillAsync(
        NpgsqlConnection connection, LoadTenant tenant, int count, int messagesPerTicket, Progress progress, CancellationToken ct)
    {
        var rows = new BulkLoadRows(tenant, count, messagesPerTicket, Ids.TimeOf(tenant.Tenant.Id) - Margin);
        var copy = new BulkLoadCopy(connection, tenant.Tenant.Id);
        var (tickets, messages, requesters) = (new List<LoadTicket>(), new List<LoadMessage>(), new List<LoadRequester>());
        await using var transaction = await connection.BeginTransactionAsync(ct);
        for (var i = 0; i < count; i++)
        {
            var (ticket, requester) = rows.Make(i, messages);
            tickets.Add(ticket);
            if (requester is not null)
                requesters.Add(requester);
            if (tickets.Count < TicketsInBatch && i < count - 1)
                continue;
            await copy.AddAsync(tickets, messages, requesters, ct);
            progress.Add(tickets.Count);
            tickets.Clear();
            messages.Clear();
            requesters.Clear();
        }

        await copy.FinishAsync(count, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Writes keys and sample tickets. The file holds secrets, so it is for its owner only.</summary>
    private static async Task WriteKeysAsync(
        NpgsqlConnection owner, OperatorSession session, IReadOnlyList<LoadTenant> tenants, string path, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(path, options);
        await owner.ExecuteAsync($"set role {Role}");
        foreach (var tenant in tenants)
        {
            var key = await BulkLoadTenants.MintAsync(session, tenant, ct);
            var count = await owner.ExecuteScalarAsync<int>(CountSql, new { TenantId = tenant.Tenant.Id });
            var args = new { TenantId = tenant.Tenant.Id, Every = Math.Max(1, count / Math.Max(1, Samples / tenants.Count)) };
            foreach (var (id, number, statusId) in await owner.QueryAsync<(long, int, long)>(SampleSql, args))
            {
                var status = tenant.Desk.Status(statusId).Category;
                await file.WriteLineAsync($"{key}\t{tenant.Tenant.Slug}\t{id}\tHD-{number:D6}\t{(status is StatusCategory.Closed ? "closed" : "live")}");
            }
        }

        await owner.ExecuteAsync("reset role");
    }

    /// <summary>Says every few seconds how far it is, and how fast it goes.</summary>
    private sealed class Progress(int total, Action<string> say)
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private readonly Lock _lock = new();
        private TimeSpan _saidAt;
        private int _done;

        public void Add(int tickets)
        {
            lock (_lock)
            {
                _done += tickets;
                if (_watch.Elapsed - _saidAt < Pause && _done < total)
                    return;
                _saidAt = _watch.Elapsed;
                say($"{_done:N0} of {total:N0} tickets, {_done / _watch.Elapsed.TotalSeconds:N0} a second");
            }
        }
    }
}
