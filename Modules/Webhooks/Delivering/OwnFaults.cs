using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>
/// What keeps this server from making an attempt, and is no fault of the receiver: a secret that cannot be read, a name server that is away,
/// no thread or socket left. Such an attempt is put off and does not count, neither for the delivery nor for the endpoint.
/// </summary>
internal sealed class OwnFaults(TimeProvider clock, ILogger<OwnFaults> logger)
{
    /// <summary>For how long it is put off.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // After that the attempts count for the delivery, so that it ends some day; for the endpoint they never do.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    // An operator need not read the same thing every minute.
    private static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<DeliveryError, DateTimeOffset> _told = new();

    /// <summary>Whether the attempt is put off for what came of it.</summary>
    public bool MayWait(Claim claim, Outcome outcome) => outcome.IsOurs && clock.GetUtcNow() - Ids.TimeOf(claim.Id) < Patience;

    /// <summary>Tells the operator, once an hour for each kind of fault.</summary>
    public void Tell(long tenantId, Target target, Outcome outcome)
    {
        var (now, error) = (clock.GetUtcNow(), outcome.Error ?? DeliveryError.ConnectionFailed);
        if (_told.TryGetValue(error, out var last) && now - last < Silence)
            return;
        _told[error] = now;
        logger.LogError(
            "Webhook deliveries wait because of this server, such as those to endpoint {WebhookId} of tenant {TenantId}: {Reason}. Said once an hour.",
            target.Id, tenantId, error);
    }
}
