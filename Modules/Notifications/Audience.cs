using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Notifications;

/// <summary>Somebody who is told of something, if they want to be.</summary>
/// <param name="What">What happened.</param>
/// <param name="Kind">An agent or a requester.</param>
/// <param name="Id">The person's id.</param>
/// <param name="UnlessToldOf">What the same act is told to them as already, where they want to be told of that; null for nothing.</param>
internal sealed record Addressed(Happening What, PrefScope Kind, long Id, string? UnlessToldOf)
{
    /// <summary>Whether they want to be told in this way.</summary>
    public bool Wants(Preferences preferences, Channel channel) =>
        preferences.Of(Kind, Id, What.Key, channel).Enabled
        && (UnlessToldOf is null || !preferences.Of(Kind, Id, UnlessToldOf, channel).Enabled);
}

/// <summary>
/// Whom events concern: the requester, and the agent who has the ticket or, while nobody has it, the agents of its queue. Nobody is told
/// of what they did themselves; the requester's receipt for a new ticket is the exception.
/// </summary>
internal static class Audience
{
    public static IEnumerable<Addressed> Of(Happening what, TicketFacts facts, DeskSetup desk)
    {
        if (!facts.Tickets.TryGetValue(what.TicketId, out var ticket))
            yield break;
        var message = what.TellingMessageId is { } id ? facts.Messages.GetValueOrDefault(id) : null;
        var isReply = what.Key is EventKeys.AgentReplied or EventKeys.RequesterReplied;
        // A reply is told with its text or not at all, and a note in no way.
        if (isReply && message is not { IsInternal: false })
            yield break;

        var actor = what.Key is EventKeys.Created ? (ActorKind.Requester, ticket.RequesterId) : ActorOf(what, message);
        if (actor != (ActorKind.Requester, ticket.RequesterId) || what.Key is EventKeys.Created)
            yield return new(what, PrefScope.Requester, ticket.RequesterId, ReplyIn(what, message));
        foreach (var agentId in AgentsOf(what, ticket, desk))
        {
            if (actor != (ActorKind.Agent, agentId))
                yield return new(what, PrefScope.Agent, agentId, ToldToAgentAs(what, ticket, agentId, message));
        }
    }

    // Who wrote the message did what came with it. Programs write on behalf of people.
    private static (ActorKind, long) ActorOf(Happening what, MessageFact? message) => message is { Author: { Id: { } authorId } author }
        ? (author.Kind, authorId)
        : ((ActorKind)what.Event.ActorKind, what.Event.ActorId);

    private static IEnumerable<long> AgentsOf(Happening what, TicketFact ticket, DeskSetup desk)
    {
        // An agent whom this process has not heard of yet is somebody who was added a moment ago.
        if ((what.AssigneeId ?? ticket.AssigneeId) is { } assignee)
            return desk.Agent(assignee) is { IsActive: false } ? [] : [assignee];
        return desk.Queue(ticket.QueueId)?.AgentIds.Where(id => desk.Agent(id) is { IsActive: true }) ?? [];
    }

    private static string? ToldToAgentAs(Happening what, TicketFact ticket, long agentId, MessageFact? message) =>
        what.Key is EventKeys.Created && (what.AssigneeId ?? ticket.AssigneeId) == agentId ? EventKeys.Assigned : ReplyIn(what, message);

    /// <summary>A status that changed with a public reply is told with the reply.</summary>
    private static string? ReplyIn(Happening what, MessageFact? message) => what.Status is not null && message is { IsInternal: false }
        ? message.Author.Kind is ActorKind.Requester ? EventKeys.RequesterReplied : EventKeys.AgentReplied
        : null;
}
