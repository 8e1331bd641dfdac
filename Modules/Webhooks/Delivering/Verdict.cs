using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>What becomes of a delivery after an attempt (mobieus 7).</summary>
/// <param name="Status">How far it is.</param>
/// <param name="DueAt">When it is attempted again; null when it is not.</param>
internal readonly record struct Verdict(DeliveryStatus Status, DateTime? DueAt)
{
    /// <summary>Any 2xx is a success; a 410 wants no more; all else is tried again, as long as there are attempts left.</summary>
    public static Verdict Of(Claim claim, Outcome outcome, DateTime now, double chance)
    {
        if (outcome.IsSuccess)
            return new(DeliveryStatus.Succeeded, null);
        var wait = outcome.Status is Outcome.Gone ? null : Schedule.After(claim.Attempt + 1, outcome.RetryAfter, chance);
        return wait is { } until ? new(DeliveryStatus.Failed, now + until) : new(DeliveryStatus.Exhausted, null);
    }

    /// <summary>Counts it for the operator.</summary>
    public void Count()
    {
        if (Status is DeliveryStatus.Succeeded)
            Telemetry.WebhooksDelivered.Add(1);
        else
            Telemetry.WebhooksFailed.Add("outcome", DueAt is null ? "given_up" : "later");
    }
}
