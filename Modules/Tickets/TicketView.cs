using System.Text.Json.Serialization;
using Helpdesk.Desk;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>A ticket (mobieus 6.1).</summary>
/// <param name="Id">The ticket's id; also accepted wherever a reference is.</param>
/// <param name="Reference">Its name for people: <c>HD-</c> and its number within the tenant, at least six digits; never reused.</param>
/// <param name="Subject">What it is about, one line.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="Source">How it came in.</param>
/// <param name="Queue">The queue that it waits in.</param>
/// <param name="HelpTopic">What it was filed under, if anything.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="Assignee">The agent who answers for it, if any.</param>
/// <param name="Tags">Its tags, in the order in which they were given.</param>
/// <param name="CustomFields">The values of the fields of its help topic, by key.</param>
/// <param name="Sla">Its service level clocks; null while its queue has no plan.</param>
/// <param name="MessageCount">Messages and internal notes in its thread, without system entries.</param>
/// <param name="PublicMessageCount">Messages that the requester sees.</param>
/// <param name="FirstRespondedAt">When it was first answered in public.</param>
/// <param name="ResolvedAt">When it was resolved; null again when it is reopened.</param>
/// <param name="ClosedAt">When it was closed.</param>
/// <param name="LastRequesterReplyAt">When the requester last wrote, the first message included.</param>
/// <param name="LastAgentReplyAt">When it was last answered in public.</param>
/// <param name="CreatedAt">When it came in.</param>
/// <param name="UpdatedAt">When it last changed or was written to.</param>
/// <param name="Messages">Its thread, oldest first, at most 100 entries; only when one ticket is created or read.</param>
/// <param name="MessagesTruncated">Whether the thread has more entries than shown here; only when one ticket is read.</param>
[Example(TicketExamples.Row)]
public sealed record TicketView(
    long Id, LateText Reference, string Subject, TicketStatus Status, Priority Priority, TicketSource Source, QueueRef Queue,
    TopicRef? HelpTopic, RequesterView Requester, AgentRef? Assignee, IReadOnlyList<TagRef> Tags, RawJson CustomFields, SlaState? Sla,
    int MessageCount, int PublicMessageCount, DateTime? FirstRespondedAt, DateTime? ResolvedAt, DateTime? ClosedAt,
    DateTime? LastRequesterReplyAt, DateTime? LastAgentReplyAt, DateTime CreatedAt, DateTime UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MessageView>? Messages = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? MessagesTruncated = null) : IWritesJson
{
    void IWritesJson.WriteTo(System.Text.Json.Utf8JsonWriter json) => TicketJson.Write(json, this);

    /// <summary>Its number within the tenant, for dialects that show it alone.</summary>
    [JsonIgnore]
    public LateInt Number { get; init; }

    /// <summary>The tenant's own status, which <see cref="Status"/> is a word for.</summary>
    [JsonIgnore]
    public Status OwnStatus { get; init; } = null!;

    internal const string ReferencePrefix = "HD-";
    internal const int ReferenceDigits = 6;

    internal static string ReferenceOf(int number) => ReferencePrefix + number.ToString("D6");

    internal static TicketView Of(Ticket ticket, RequesterView requester, DeskSetup desk, TagSet tags, LateNumber? number = null)
    {
        var queue = desk.Queue(ticket.QueueId);
        var topic = ticket.HelpTopicId is { } topicId ? desk.Topic(topicId) : null;
        var agent = ticket.AssigneeId is { } agentId ? desk.Agent(agentId) : null;
        var status = desk.Status(ticket.StatusId);
        return new(
            ticket.Id, number is null ? new(ReferenceOf(ticket.Number)) : new(ReferencePrefix, number, ReferenceDigits), ticket.Subject, status.Category.ToTicketStatus(),
            ticket.Priority, ticket.Source, new QueueRef(ticket.QueueId, queue?.Slug ?? "", queue?.Name ?? ""),
            topic is null ? null : new TopicRef(topic.Id, topic.Slug, topic.Name), requester,
            agent is null ? null : new AgentRef(agent.Id, agent.Name), tags.ByIds(ticket.TagIds), new RawJson(ticket.CustomFields), null,
            ticket.MessageCount, ticket.PublicMessageCount, ticket.FirstRespondedAt, ticket.ResolvedAt, ticket.ClosedAt,
            ticket.LastRequesterReplyAt, ticket.LastAgentReplyAt, ticket.CreatedAt, ticket.UpdatedAt)
        {
            Number = number is null ? new(ticket.Number) : new(number),
            OwnStatus = status,
        };
    }
}

/// <summary>A queue as tickets show it.</summary>
/// <param name="Id">The queue's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="Name">Its name for people.</param>
public sealed record QueueRef(long Id, string Slug, string Name);

/// <summary>A help topic as tickets show it.</summary>
/// <param name="Id">The topic's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="Name">Its name for people.</param>
public sealed record TopicRef(long Id, string Slug, string Name);

/// <summary>An agent as tickets show it.</summary>
/// <param name="Id">The agent's id.</param>
/// <param name="Name">Full name.</param>
public sealed record AgentRef(long Id, string Name);

/// <summary>A person who asks for help (mobieus 6.3).</summary>
/// <param name="Id">The requester's id.</param>
/// <param name="Name">Full name.</param>
/// <param name="FirstName">The first word of the name.</param>
/// <param name="Email">Address, lower case; unique within the tenant.</param>
/// <param name="CreatedAt">When the person first asked.</param>
public sealed record RequesterView(long Id, string Name, string FirstName, string Email, DateTime CreatedAt)
{
    internal static RequesterView Of(long id, string name, string email, DateTime createdAt) =>
        new(id, name, name.IndexOf(' ') is var space and > 0 ? name[..space] : name, email, createdAt);
}

/// <summary>The service level clocks of a ticket (mobieus 6.7).</summary>
/// <param name="State">The worse of the two clocks.</param>
/// <param name="Plan">The plan that sets the targets.</param>
/// <param name="FirstResponseDueAt">When the first public answer is due.</param>
/// <param name="ResolutionDueAt">When the resolution is due.</param>
/// <param name="FirstResponseState">The clock of the first answer.</param>
/// <param name="ResolutionState">The clock of the resolution.</param>
/// <param name="PausedSince">Since when the clocks stand still.</param>
public sealed record SlaState(
    SlaClock State, SlaPlanRef? Plan, DateTime? FirstResponseDueAt, DateTime? ResolutionDueAt, SlaClock FirstResponseState,
    SlaClock ResolutionState, DateTime? PausedSince);

/// <summary>How a clock stands.</summary>
public enum SlaClock
{
    /// <summary>Less than four fifths of the time are gone.</summary>
    OnTrack,

    /// <summary>Four fifths of the time are gone.</summary>
    Warning,

    /// <summary>The time is up.</summary>
    Breached,

    /// <summary>Standing still while the ticket waits for others.</summary>
    Paused,

    /// <summary>Done in time.</summary>
    Met,

    /// <summary>There is no target.</summary>
    None,
}
