using System.Text.Json;
using Helpdesk.Desk.Contracts;

namespace Helpdesk.Notifications;

/// <summary>An event that people may want to be told of.</summary>
/// <param name="Event">The event.</param>
/// <param name="Key">What preferences call it.</param>
/// <param name="MessageId">The message that it brought or came with, if any.</param>
/// <param name="AssigneeId">Who got the ticket by it, if anybody.</param>
/// <param name="Status">The key of the status that the ticket went to, where it did.</param>
internal sealed record Happening(FeedEvent Event, string Key, long? MessageId, long? AssigneeId, string? Status)
{
    public long TicketId => Event.TicketId!.Value;

    /// <summary>The message, where it decides who is told. A ticket's first message does not: it is the requester's.</summary>
    public long? TellingMessageId => Key is EventKeys.Created ? null : MessageId;

    /// <summary>
    /// What the event is to people; null for what nobody is told of, such as internal notes and tickets of blocked senders. Being resolved
    /// or closed is told as that, and not as a change of the status too.
    /// </summary>
    public static Happening? Of(FeedEvent happened, DeskSetup desk)
    {
        if (happened.TicketId is null)
            return null;
        var (changes, payload) = (Parse(happened.Changes), Parse(happened.Payload));
        if (Member(payload, "is_blocked").ValueKind is JsonValueKind.True)
            return null;
        var messageId = Number(payload, "message_id");
        return happened.EventKey switch
        {
            "ticket.created" => new(happened, EventKeys.Created, messageId, Number(payload, "assignee_id"), null),
            "ticket.assigned" when Number(To(changes, "assignee_id")) is { } agentId => new(happened, EventKeys.Assigned, null, agentId, null),
            "ticket.replied" => new(
                happened, Text(payload, "author_kind") == "requester" ? EventKeys.RequesterReplied : EventKeys.AgentReplied, messageId, null, null),
            "ticket.status_changed" when Text(To(changes, "status")) is { } status =>
                new(happened, KeyOf(CategoryOf(status, desk)), messageId, null, status),
            "ticket.sla_warning" => new(happened, EventKeys.SlaWarning, null, null, null),
            "ticket.sla_breached" => new(happened, EventKeys.SlaBreached, null, null, null),
            _ => null,
        };
    }

    private static StatusCategory? CategoryOf(string status, DeskSetup desk) => desk.Statuses.FirstOrDefault(one => one.Key == status)?.Category;

    private static string KeyOf(StatusCategory? category) => category switch
    {
        StatusCategory.Resolved => EventKeys.Resolved,
        StatusCategory.Closed or StatusCategory.Merged => EventKeys.Closed,
        null or StatusCategory.New or StatusCategory.Open or StatusCategory.Pending or StatusCategory.OnHold => EventKeys.StatusChanged,
    };

    private static JsonElement Parse(string? json) => json is null ? default : JsonSerializer.Deserialize<JsonElement>(json);

    private static JsonElement To(JsonElement changes, string field) => Member(Member(changes, field), "to");

    private static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind is JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement of, string name) => Text(Member(of, name));

    private static string? Text(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement of, string name) => Number(Member(of, name));

    private static long? Number(JsonElement value) => value.ValueKind is JsonValueKind.Number ? value.GetInt64() : null;
}
