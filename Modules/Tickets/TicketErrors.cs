namespace Helpdesk.Tickets;

internal static class TicketErrors
{
    public static readonly Error NotFound = Error.NotFound("ticket_not_found", "No such ticket.");
    public static readonly Error QueueNotFound = Error.NotFound("queue_not_found", "No such queue.");
    public static readonly Error TopicNotFound = Error.NotFound("help_topic_not_found", "No such help topic.");
    public static readonly Error AgentNotFound = Error.NotFound("agent_not_found", "No such agent.");
    public static readonly Error RequesterNotFound = Error.NotFound("requester_not_found", "No such requester.");
    public static readonly Error CannedNotFound = Error.NotFound("canned_response_not_found", "No such canned response.");

    public static readonly Error Closed =
        Error.Conflict("ticket_closed", "The ticket is closed for good. Open a follow-up ticket instead.");

    public static readonly Error ReopenWindowExpired =
        Error.Conflict("reopen_window_expired", "The ticket was resolved too long ago to be reopened. Open a new ticket instead.");
}
