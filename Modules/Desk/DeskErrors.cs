namespace Helpdesk.Desk;

internal static class DeskErrors
{
    public static readonly Error QueueNotFound = Error.NotFound("queue_not_found", "No such queue.");
    public static readonly Error AgentNotFound = Error.NotFound("agent_not_found", "No such agent.");
}
