namespace Helpdesk.Webhooks;

/// <summary>How far a delivery is.</summary>
public enum DeliveryStatus
{
    /// <summary>No attempt was made yet.</summary>
    Pending,

    /// <summary>The receiver took it.</summary>
    Succeeded,

    /// <summary>The last attempt failed, and another will be made.</summary>
    Failed,

    /// <summary>It is given up: all attempts failed, or the endpoint is switched off or gone.</summary>
    Exhausted,
}

/// <summary>Why an attempt brought no answer.</summary>
public enum DeliveryError
{
    /// <summary>There was no answer within ten seconds.</summary>
    Timeout,

    /// <summary>The host's name is not known.</summary>
    NameNotResolved,

    /// <summary>The host's name leads to an address that may not be sent to, such as one of a private network.</summary>
    AddressNotAllowed,

    /// <summary>The receiver could not be connected to, or broke the connection.</summary>
    ConnectionFailed,

    /// <summary>The receiver's certificate is not trusted, or TLS failed otherwise.</summary>
    TlsFailed,

    /// <summary>The endpoint's secret cannot be read any more: rotate it.</summary>
    SecretUnreadable,
}

/// <summary>Sends one event to one endpoint (mobieus 6.10). The response is that of the last attempt.</summary>
/// <param name="Id">The delivery's id.</param>
/// <param name="EventId">The event; the same on every attempt and replay.</param>
/// <param name="EventType">What happened.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Attempt">How many attempts were made; there are at most seven.</param>
/// <param name="NextAttemptAt">When the next one is due; null when there will be none, and while one is under way.</param>
/// <param name="ResponseStatus">The HTTP status of the response; null when there was none.</param>
/// <param name="LatencyMs">Milliseconds until the response came, or until the attempt was given up.</param>
/// <param name="ResponseBody">The first 2 KB of the response's body.</param>
/// <param name="Error">Why there was no response; null when there was one.</param>
/// <param name="ReplayOf">The delivery that it repeats, if any.</param>
/// <param name="CreatedAt">When it was made.</param>
[Example("""
    {
      "id": 190517240225792, "event_id": "evt_01JZ8Q4T6W9K2M5N7P3R8S0VXY", "event_type": "ticket.created", "status": "succeeded", "attempt": 1,
      "next_attempt_at": null, "response_status": 204, "latency_ms": 38, "response_body": "", "error": null, "replay_of": null,
      "created_at": "2026-06-14T09:30:00Z"
    }
    """)]
public sealed record DeliveryView(
    long Id, string EventId, string EventType, DeliveryStatus Status, int Attempt, DateTime? NextAttemptAt, int? ResponseStatus, int? LatencyMs,
    string? ResponseBody, DeliveryError? Error, long? ReplayOf, DateTime CreatedAt);

/// <summary>A delivery as it is stored, with its last attempt. While a process holds it, nothing is due.</summary>
internal sealed record DeliveryRow(
    long Id, long EndpointId, long EventId, string EventType, short Status, int Attempt, DateTime? DueAt, int? ResponseStatus, int? LatencyMs,
    string? ResponseBody, string? Error, long? ReplayOf, string? Data, DateTime CreatedAt)
{
    public const string Columns = """
        d.id, d.endpoint_id, d.event_id, d.event_type, d.status, d.attempt, case when not d.is_held then d.due_at end as due_at, a.response_status, a.latency_ms, a.response_body, a.error,
        d.replay_of, d.data, d.created_at
        """;

    public const string From = """
        webhooks.delivery d left join webhooks.attempt a on a.tenant_id = d.tenant_id and a.delivery_id = d.id and a.number = d.attempt
        """;

    public DeliveryView ToView(long tenantId) => new(
        Id, EventName.Of(tenantId, EventId), EventType, (DeliveryStatus)Status, Attempt, DueAt, ResponseStatus, LatencyMs, ResponseBody,
        ErrorOf(Error), ReplayOf, CreatedAt);

    public static DeliveryError? ErrorOf(string? text) => text is not null && WireName<DeliveryError>.TryParse(text, out var error) ? error : null;
}
