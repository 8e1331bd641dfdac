using System.Globalization;

namespace Helpdesk.Audit;

/// <summary>An event as the log keeps it, every column but the tenant.</summary>
internal sealed record LogRow(
    long Id, string EventKey, short ActorKind, long ActorId, string ActorLabel, string? Ip, bool IsTest, string SubjectType,
    long SubjectId, long? TicketId, string? Changes, string? Payload, DateTime At)
{
    /// <summary>The columns, with <c>e</c> for the log.</summary>
    public const string Columns = """
        e.id, e.event_key, e.actor_kind, e.actor_id, e.actor_label, e.ip, e.is_test, e.subject_type, e.subject_id, e.ticket_id,
        e.changes::text as changes, e.payload::text as payload, e.at
        """;

    /// <summary>
    /// The hash of all of it. Of JSON it is the text that PostgreSQL prints, which is the same for the same value in every version: what
    /// was written may have had other spaces and another order.
    /// </summary>
    public byte[] Hash() => Canonical.Hash(
        "helpdesk-audit-event-1", Text(Id), EventKey, Text(ActorKind), Text(ActorId), ActorLabel, Ip, IsTest ? "true" : "false",
        SubjectType, Text(SubjectId), TicketId is { } ticketId ? Text(ticketId) : null, Changes, Payload, Canonical.Time(At));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
