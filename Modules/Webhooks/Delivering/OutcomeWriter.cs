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

    // What is not held any more was attempted by somebody else too, who writes it down and counts it. Of the endpoints only those are touched
    // that fail or did, in the order of ids, as everywhere: two processes that want the same rows lock them in the same order.
    // Deliveries are found by their ids: with a plain equality the index of due ones would be one more way to them, good while few wait and
    // ruinous when a million do.
    private const string ResultsSql = """
        with result as (
            select r.id, r.held_until, r.number, r.status, r.due_at, r.at, r.response_status, r.latency_ms, r.response_body, r.error,
                r.endpoint_id, r.is_success, r.is_counted, r.quiet_until, r.place
            from unnest(@Ids, @HeldUntil, @Numbers, @Statuses, @DueAt, @At, @ResponseStatuses, @Latencies, @Bodies, @Errors,
                    @EndpointIds, @Successes, @Counted, @QuietUntil) with ordinality
                as r(id, held_until, number, status, due_at, at, response_status, latency_ms, response_body, error,
                    endpoint_id, is_success, is_counted, quiet_until, place)),
        noted as (
            update webhooks.delivery d set attempt = result.number, status = result.status, due_at = result.due_at, is_held = false from result
            where d.tenant_id = @TenantId and d.id = result.id and d.due_at is not distinct from result.held_until
            returning d.id),
        attempts as (
            insert into webhooks.attempt as a (tenant_id, delivery_id, number, at, response_status, latency_ms, response_body, error)
            select @TenantId, result.id, result.number, result.at, result.response_status, result.latency_ms, result.response_body, result.error
            from result join noted on noted.id = result.id
            returning a.delivery_id),
        counted as (
            select r.endpoint_id, bool_or(r.is_success) as succeeded, max(r.quiet_until) as quiet_until,
                count(*) filter (where r.is_counted and r.place > r.last_success) as failures,
                min(r.at) filter (where r.is_counted and r.place > r.last_success) as since
            from (
                select result.endpoint_id, result.is_success, result.is_counted, result.quiet_until, result.place, result.at,
                    coalesce(max(result.place) filter (where result.is_success) over (partition by result.endpoint_id), 0) as last_success
                from result join noted on noted.id = result.id) r
            group by r.endpoint_id),
        touched as (
            select e.id, counted.succeeded, counted.failures, counted.since, counted.quiet_until
            from webhooks.endpoint e join counted on counted.endpoint_id = e.id
            where e.tenant_id = @TenantId and (counted.failures > 0 or e.consecutive_failures > 0)
            order by e.id for no key update of e),
        failing as (
            update webhooks.endpoint e
            set consecutive_failures = case when touched.succeeded then touched.failures else e.consecutive_failures + touched.failures end,
                failing_since = case when touched.succeeded then touched.since else coalesce(e.failing_since, touched.since) end,
                quiet_until = greatest(e.quiet_until, touched.quiet_until)
            from touched where e.tenant_id = @TenantId and e.id = touched.id
            returning e.id, e.consecutive_failures, e.failing_since, e.is_active)
        select noted.id, failing.id as endpoint_id, failing.consecutive_failures, failing.failing_since, failing.is_active
        from noted join result on result.id = noted.id left join failing on failing.id = result.endpoint_id
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
        foreach (var target in attempted.Where(one => one.Outcome.Status is Outcome.Gone).Select(one => one.Target).DistinctBy(target => target.Id))
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
        var noted = await TenantDb.For(database, tenantId).ListAsync<Noted>(ResultsSql, new
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
            EndpointIds = Array.ConvertAll(attempted, one => one.Target.Id),
            Successes = Array.ConvertAll(attempted, one => one.Outcome.IsSuccess),
            Counted = Array.ConvertAll(attempted, one => one.Outcome is { IsSuccess: false, IsOurs: false }),
            QuietUntil = Array.ConvertAll(attempted, one => now + Schedule.Quiet(one.Outcome)),
        }, CancellationToken.None);

        var byId = attempted.Zip(verdicts).ToDictionary(pair => pair.First.Claim.Id);
        foreach (var one in noted)
            byId[one.Id].Second.Count();
        return noted.Where(one => one.IsActive is true && options.IsOff(one.ConsecutiveFailures, one.FailingSince, now))
            .DistinctBy(one => one.EndpointId).Select(one => byId[one.Id].First.Target);
    }

    private sealed record Noted(long Id, long? EndpointId, int? ConsecutiveFailures, DateTime? FailingSince, bool? IsActive);

    private sealed record Attempted(Target Target, Claim Claim, Outcome Outcome)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
