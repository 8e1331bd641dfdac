namespace Helpdesk.Notifications;

/// <summary>What people can be told of (mobieus 6.9).</summary>
internal static class EventKeys
{
    public const string Created = "ticket.created";
    public const string Assigned = "ticket.assigned";
    public const string RequesterReplied = "ticket.requester_replied";
    public const string AgentReplied = "ticket.agent_replied";
    public const string StatusChanged = "ticket.status_changed";
    public const string Resolved = "ticket.resolved";
    public const string Closed = "ticket.closed";
    public const string SlaWarning = "sla.warning";
    public const string SlaBreached = "sla.breached";

    /// <summary>All of them, in the order of the list of preferences.</summary>
    public static readonly string[] All =
        [Created, Assigned, RequesterReplied, AgentReplied, StatusChanged, Resolved, Closed, SlaWarning, SlaBreached];
}
