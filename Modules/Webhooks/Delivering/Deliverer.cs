using System.Collections.Concurrent;
using Helpdesk.Audit;
using Helpdesk.Audit.Contracts;
using Helpdesk.SharedKernel.Observability;
using Microsoft.Extensions.Logging;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>Takes turns: claims what is due to the endpoints of a turn, and attempts each by itself.</summary>
internal sealed class Deliverer(
    Turns turns, DeliveryQueue queue, Sender sender, OutcomeWriter outcomes, OwnFaults faults, IPublishedLog published,
    ITenantDirectory tenants, ILogger<Deliverer> logger)
{
    // So long an attempt may keep the others from its place in the lane of endpoints that answer.
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    // When the list of events cannot be read.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Task, bool> _underWay = new();

    /// <summary>Begins a turn.</summary>
    /// <param name="turn">Whose it is.</param>
    /// <param name="claimed">Called when its deliveries are claimed and being attempted.</param>
    /// <param name="cut">Cuts attempts off, which others make then.</param>
    public void Begin(Turns.Turn turn, Action claimed, CancellationToken cut) => Track(Task.Run(() => TakeAsync(turn, claimed, cut), CancellationToken.None));

    /// <summary>Waits for everything that has begun.</summary>
    public async Task FinishAsync()
    {
        while (!_underWay.IsEmpty)
            await Task.WhenAll(_underWay.Keys);
    }

    private async Task TakeAsync(Turns.Turn turn, Action claimed, CancellationToken cut)
    {
        var unsettled = new HashSet<Turns.Seat>(turn.Seats);
        List<Claim> untold = [];
        try
        {
            // The endpoints of a tenant that is disabled wait until it is enabled again.
            if (await tenants.FindAsync(turn.TenantId, CancellationToken.None) is null)
                return;
            var (claims, targets) = await queue.ClaimAsync(
                turn.TenantId, [.. turn.Seats.Select(seat => seat.Endpoint.Id)], [.. turn.Seats.Select(seat => seat.Places)], CancellationToken.None);
            untold = claims;
            var byEndpoint = claims.ToLookup(claim => claim.EndpointId);
            var events = await EventsAsync(turn.TenantId, claims);
            untold = [];
            foreach (var seat in turn.Seats)
            {
                var own = byEndpoint[seat.Endpoint.Id].ToList();
                turns.Claimed(turn, seat, own.Count);
                unsettled.Remove(seat);
                Deliver(turn, seat, own, targets.Find(target => target.Id == seat.Endpoint.Id), events, cut);
            }
        }
        // Whatever it is, it must not end the process: what was taken becomes due again.
        catch (Exception exception)
        {
            logger.LogWarning("Webhook deliveries of tenant {TenantId} wait for another try: {Reason}", turn.TenantId, FaultText.Brief(exception));
            await ReleaseAsync(turn.TenantId, untold);
        }
        finally
        {
            foreach (var seat in unsettled)
                turns.Claimed(turn, seat, 0);
            claimed();
        }
    }

    /// <summary>Gives back what was claimed and cannot be told now. Where that fails too, the lease runs out.</summary>
    private async Task ReleaseAsync(long tenantId, List<Claim> claims)
    {
        try
        {
            if (claims.Count > 0)
                await queue.ReleaseAsync(tenantId, claims, Soon);
        }
        catch (Exception exception)
        {
            logger.LogWarning("Webhook deliveries of tenant {TenantId} wait for their lease to end: {Reason}", tenantId, FaultText.Brief(exception));
        }
    }

    private async Task<Dictionary<long, PublishedEventView>> EventsAsync(long tenantId, List<Claim> claims)
    {
        var events = new Dictionary<long, PublishedEventView>();
        if (claims.Where(claim => claim.Data is null).Select(claim => claim.EventId).Distinct().ToArray() is { Length: > 0 } ids)
            events = new(await published.ReadAsync(tenantId, ids, CancellationToken.None));
        foreach (var claim in claims.Where(claim => claim.Data is not null))
            events[claim.EventId] = new(EventName.Of(tenantId, claim.EventId), claim.EventType, Ids.TimeOf(claim.EventId).UtcDateTime, new(claim.Data!));
        return events;
    }

    private void Deliver(
        Turns.Turn turn, Turns.Seat seat, List<Claim> claims, Target? target, Dictionary<long, PublishedEventView> events, CancellationToken cut)
    {
        // An endpoint that is gone or switched off gets no more, but what somebody asks for; an event that is not kept cannot be told.
        var ended = claims.Where(claim =>
            target is null || (!target.IsActive && claim.Origin is (short)Origin.Event) || !events.ContainsKey(claim.EventId)).ToList();
        if (ended.Count > 0)
            Track(EndAsync(turn, seat, ended, isGone: target is null));
        foreach (var claim in claims.Except(ended))
            Track(AttemptAsync(turn, seat, claim, target!, events[claim.EventId], cut));
    }

    private async Task EndAsync(Turns.Turn turn, Turns.Seat seat, List<Claim> ended, bool isGone)
    {
        try
        {
            await queue.EndAsync(turn.TenantId, ended);
        }
        // Whatever it is, they become due again, and the places are free.
        catch (Exception exception)
        {
            logger.LogWarning("Webhook deliveries of tenant {TenantId} are ended later: {Reason}", turn.TenantId, FaultText.Brief(exception));
        }
        finally
        {
            foreach (var _ in ended)
            {
                turns.LeaveLane(turn.Lane);
                turns.Done(turn, seat, failed: isGone ? false : null);
            }
        }
    }

    private async Task AttemptAsync(
        Turns.Turn turn, Turns.Seat seat, Claim claim, Target target, PublishedEventView happened, CancellationToken cut)
    {
        bool? failed = null;
        var isInLane = true;
        try
        {
            using var span = Telemetry.Start("deliver webhook");
            var sending = sender.SendAsync(turn.TenantId, target, happened, cut);
            var patience = turn.Lane == turns.Answering ? Quick : Timeout.InfiniteTimeSpan;
            await ((Task)sending).WaitAsync(patience, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            turns.LeaveLane(turn.Lane);
            isInLane = false;
            if (await sending is not { } outcome)
            {
                await queue.ReleaseAsync(turn.TenantId, [claim], TimeSpan.Zero);
            }
            else if (faults.MayWait(claim, outcome))
            {
                // To the lanes it is a failure like another: whoever is at fault, it must not hold up those that answer.
                failed = true;
                faults.Tell(turn.TenantId, target, outcome);
                await queue.ReleaseAsync(turn.TenantId, [claim], OwnFaults.Pause);
            }
            else
            {
                failed = !outcome.IsSuccess;
                await outcomes.WriteAsync(turn.TenantId, target, claim, outcome);
            }
        }
        // Whatever it is, it must not end the process: the delivery becomes due again.
        catch (Exception exception)
        {
            logger.LogError("A webhook delivery of tenant {TenantId} broke off: {Reason}", turn.TenantId, FaultText.Of(exception));
        }
        finally
        {
            if (isInLane)
                turns.LeaveLane(turn.Lane);
            turns.Done(turn, seat, failed);
        }
    }

    private void Track(Task work)
    {
        _underWay[work] = true;
        _ = work.ContinueWith(done => _underWay.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
