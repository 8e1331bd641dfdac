using Helpdesk.SharedKernel.Observability;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>
/// Writes down what came of attempts. While one batch of a tenant is on its way the next gathers, so many share a round trip when there are
/// many, and one alone does not wait.
/// </summary>
internal sealed class OutcomeWriter(Database database, WebhookOptions options, Disabler disabler, TimeProvider clock, ILogger<OutcomeWriter> logger)
    : IDisposable
{
    private const int MostTries = 4;
    private const int Gone = 410;

    // What is not held any more was attempted by somebody else too, who writes it down.
    private const string ResultsSql = """
        with result as (
            select r.id, r.held_until, r.number, r.status, r.due_at, r.at, r.response_status, r.latency_ms, r.response_body, r.error
            from unnest(@Ids, @HeldUntil, @Numbers, @Statuses, @DueAt, @At, @ResponseStatuses, @Latencies, @Bodies, @Errors)
                as r(id, held_until, number, status, due_at, at, response_status, latency_ms, response_body, error)),
        noted as (
            update webhooks.delivery d set attempt = result.number, status = result.status, due_at = result.due_at from result
            where d.tenant_id = @TenantId and d.id = result.id and d.due_at = result.held_until
            returning d.id)
        insert into webhooks.attempt as a (tenant_id, delivery_id, number, at, response_status, latency_ms, response_body, error)
        select @TenantId, result.id, result.number, result.at, result.response_status, result.latency_ms, result.response_body, result.error
        from result join noted on noted.id = result.id
        returning a.delivery_id
        """;

    private const string FailuresSql = """
        update webhooks.endpoint e
        set consecutive_failures = case when counted.succeeded then counted.failures else e.consecutive_failures + counted.failures end
        from unnest(@EndpointIds, @Failures, @Succeeded) as counted(id, failures, succeeded)
        where e.tenant_id = @TenantId and e.id = counted.id and (counted.failures > 0 or e.consecutive_failures > 0)
        returning e.id, e.consecutive_failures, e.is_active
        """;

    private readonly Lock _lock = new();

    // Of each tenant that is being written for, what has gathered meanwhile.
    private readonly Dictionary<long, List<Attempted>> _gathering = [];

    // Requests want the database's connections too.
    private readonly SemaphoreSlim _room = new(3);

    /// <summary>Has an outcome written down, and waits until it is or cannot be; then it is attempted again when its lease is over.</summary>
    public Task WriteAsync(long tenantId, Target target, Claim claim, Outcome outcome)
    {
        var attempted = new Attempted(target, claim, outcome);
        lock (_lock)
        {
            if (_gathering.TryGetValue(tenantId, out var gathered))
            {
                gathered.Add(attempted);
                return attempted.Written.Task;
            }

            _gathering[tenantId] = [attempted];
        }

        _ = WriteAllAsync(tenantId);
        return attempted.Written.Task;
    }

    public void Dispose() => _room.Dispose();

    private async Task WriteAllAsync(long tenantId)
    {
        while (true)
        {
            await _room.WaitAsync();
            Attempted[] some;
            lock (_lock)
            {
                some = [.. _gathering[tenantId]];
                if (some.Length == 0)
                    _gathering.Remove(tenantId);
                else
                    _gathering[tenantId] = [];
            }

            if (some.Length > 0)
                await WriteSomeAsync(tenantId, some);
            _room.Release();
            foreach (var one in some)
                one.Written.SetResult();
            if (some.Length == 0)
                return;
        }
    }

    private async Task WriteSomeAsync(long tenantId, Attempted[] attempted)
    {
        // Before the results are: a process that dies in between attempts them again, finds the endpoint off, and lets them be.
        foreach (var target in attempted.Where(one => one.Outcome.Status is Gone).Select(one => one.Target).DistinctBy(target => target.Id))
            await disabler.DisableAsync(tenantId, target, DisabledReason.Gone);
        for (var tries = 1; ; tries++)
        {
            try
            {
                foreach (var target in await WriteOnceAsync(tenantId, attempted))
                    await disabler.DisableAsync(tenantId, target, DisabledReason.Failures);
                return;
            }
            catch (Exception exception) when (tries < MostTries && exception is NpgsqlException or TimeoutException)
            {
                await Task.Delay(TimeSpan.FromSeconds(tries));
            }
            // Whatever it is, the next batch of the tenant must not wait for ever.
            catch (Exception exception)
            {
                logger.LogWarning("What came of {Count} webhook attempts was not written down: {Reason}", attempted.Length, FaultText.Brief(exception));
                return;
            }
        }
    }

    /// <summary>Writes the results and counts the failures; answers the endpoints that have failed too often.</summary>
    private async Task<IEnumerable<Target>> WriteOnceAsync(long tenantId, Attempted[] attempted)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var verdicts = Array.ConvertAll(attempted, one => Verdict.Of(one.Claim, one.Outcome, now, Random.Shared.NextDouble()));
        // In the order of ids, as everywhere: two processes that want the same rows lock them in the same order.
        var counts = attempted.GroupBy(one => one.Target.Id).OrderBy(group => group.Key).Select(group => (
            Id: group.Key,
            Failures: group.Reverse().TakeWhile(one => !one.Outcome.IsSuccess).Count(),
            Succeeded: group.Any(one => one.Outcome.IsSuccess))).ToList();
        var results = new
        {
            TenantId = tenantId,
            Ids = Array.ConvertAll(attempted, one => one.Claim.Id),
            HeldUntil = Array.ConvertAll(attempted, one => one.Claim.HeldUntil),
            Numbers = Array.ConvertAll(attempted, one => one.Claim.Attempt + 1),
            Statuses = Array.ConvertAll(verdicts, verdict => (short)verdict.Status),
            DueAt = Array.ConvertAll(verdicts, verdict => verdict.DueAt),
            At = Array.ConvertAll(attempted, one => one.Outcome.At),
            ResponseStatuses = Array.ConvertAll(attempted, one => one.Outcome.Status),
            Latencies = Array.ConvertAll(attempted, one => one.Outcome.LatencyMs),
            Bodies = Array.ConvertAll(attempted, one => one.Outcome.Body),
            Errors = Array.ConvertAll(attempted, one => one.Outcome.Error is { } error ? WireName<DeliveryError>.Of(error) : null),
        };
        var failures = new
        {
            TenantId = tenantId,
            EndpointIds = counts.Select(count => count.Id).ToArray(),
            Failures = counts.Select(count => count.Failures).ToArray(),
            Succeeded = counts.Select(count => count.Succeeded).ToArray(),
        };
        var endpoints = await TenantDb.For(database, tenantId).ReadAsync([new(ResultsSql, results), new(FailuresSql, failures)], async rows =>
        {
            await rows.ListAsync<long>(CancellationToken.None);
            return await rows.ListAsync<Counted>(CancellationToken.None);
        }, CancellationToken.None);

        foreach (var verdict in verdicts)
            verdict.Count();
        return endpoints.Where(endpoint => endpoint.IsActive && endpoint.ConsecutiveFailures >= options.DisableAfter)
            .Select(endpoint => attempted.First(one => one.Target.Id == endpoint.Id).Target);
    }

    private sealed record Counted(long Id, int ConsecutiveFailures, bool IsActive);

    private sealed record Attempted(Target Target, Claim Claim, Outcome Outcome)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
