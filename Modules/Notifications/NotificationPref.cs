namespace Helpdesk.Notifications;

/// <summary>Whose preference it is (mobieus 5.6). The numbers are the stored ones.</summary>
public enum PrefScope
{
    /// <summary>Everybody's of the tenant who has none of their own.</summary>
    TenantDefault,

    /// <summary>An agent's.</summary>
    Agent,

    /// <summary>A requester's.</summary>
    Requester,
}

/// <summary>How people are told (mobieus 6.9). The numbers are the stored ones.</summary>
public enum Channel
{
    /// <summary>By e-mail.</summary>
    Email,

    /// <summary>In the product itself.</summary>
    InApp,
}

/// <summary>Whether somebody is told of something in one way (mobieus 6.9).</summary>
/// <param name="Scope">Whose preference it is.</param>
/// <param name="ScopeId">The id of the agent or requester; 0 for the tenant's default.</param>
/// <param name="EventKey">What it is about.</param>
/// <param name="Channel">How.</param>
/// <param name="Enabled">Whether they are told.</param>
/// <param name="Inherited">Whether nobody set it for this scope: it comes from the tenant's default, or is built in.</param>
[Example("""
    {"scope": "agent", "scope_id": 190517204566016, "event_key": "ticket.assigned", "channel": "email", "enabled": false, "inherited": false}
    """)]
public sealed record NotificationPref(
    PrefScope Scope, long ScopeId,
    [Choices(
        EventKeys.Created, EventKeys.Assigned, EventKeys.RequesterReplied, EventKeys.AgentReplied, EventKeys.StatusChanged,
        EventKeys.Resolved, EventKeys.Closed, EventKeys.SlaWarning, EventKeys.SlaBreached)] string EventKey,
    Channel Channel, bool Enabled, bool Inherited);
