using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>A desk as a file of an operator tells it: things name each other by slug, absent members stay as they are.</summary>
/// <param name="Queues">Queues, known by their slug.</param>
/// <param name="Agents">Agents, known by their address.</param>
/// <param name="HelpTopics">Help topics, known by their slug.</param>
/// <param name="BlockedSenders">All addresses whose tickets are closed as they come in.</param>
public sealed record DeskEntries(
    IReadOnlyList<QueueEntry> Queues, IReadOnlyList<AgentEntry> Agents, IReadOnlyList<HelpTopicEntry> HelpTopics,
    IReadOnlyList<string> BlockedSenders);

/// <summary>A queue in a file.</summary>
/// <param name="Slug">Its name for programs; says which queue it is.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Description">What belongs into it; nothing for a new one.</param>
/// <param name="IsDefault">True moves the default here; false for a new one.</param>
/// <param name="IsActive">Whether it takes tickets; true for a new one.</param>
/// <param name="AssignmentPolicy">How it finds an agent; manual for a new one.</param>
/// <param name="SortOrder">Its place among the queues; 100 for a new one.</param>
/// <param name="IsPublic">Whether people who ask may know of it; true for a new one.</param>
public sealed record QueueEntry(
    [SingleLine] string? Slug, [SingleLine] Optional<string?> Name, Optional<string?> Description, Optional<bool> IsDefault,
    Optional<bool> IsActive, Optional<AssignmentPolicy> AssignmentPolicy, Optional<int> SortOrder, Optional<bool> IsPublic = default)
{
    internal static QueueEntry Of(Queue queue) => new(
        queue.Slug, queue.Name, queue.Description, queue.IsDefault, queue.IsActive, queue.Policy, queue.SortOrder, queue.IsPublic);
}

/// <summary>An agent in a file.</summary>
/// <param name="Email">The address, in any letter case; says which agent it is.</param>
/// <param name="Name">Full name.</param>
/// <param name="Role"><c>agent</c> or <c>lead</c>; agent for a new one.</param>
/// <param name="IsActive">Whether tickets may be assigned; true for a new one.</param>
/// <param name="Queues">The slugs of all queues of the agent.</param>
public sealed record AgentEntry(
    [SingleLine] string? Email, [SingleLine] Optional<string?> Name, Optional<string?> Role, Optional<bool> IsActive, Optional<string[]?> Queues)
{
    internal static AgentEntry Of(Agent agent, DeskSetup desk) => new(
        agent.Email, agent.Name, agent.Role, agent.IsActive, agent.QueueIds.Select(id => desk.Queue(id)!.Slug).Order(StringComparer.Ordinal).ToArray());
}

/// <summary>A help topic in a file.</summary>
/// <param name="Slug">Its name for programs; says which topic it is.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Queue">The slug of the queue where its tickets go; null for the default queue.</param>
/// <param name="DefaultPriority">Their priority; null for normal.</param>
/// <param name="IsActive">Whether new tickets may have it; true for a new one.</param>
/// <param name="SortOrder">Its place among the topics; 100 for a new one.</param>
/// <param name="CustomFields">All fields of its tickets.</param>
/// <param name="IsInternal">Whether it is for the team alone; false for a new one.</param>
/// <param name="IsDefault">True moves the default here; false for a new one.</param>
public sealed record HelpTopicEntry(
    [SingleLine] string? Slug, [SingleLine] Optional<string?> Name, Optional<string?> Queue, Optional<TopicPriority?> DefaultPriority,
    Optional<bool> IsActive, Optional<int> SortOrder, Optional<CustomField[]?> CustomFields, Optional<bool> IsInternal = default,
    Optional<bool> IsDefault = default)
{
    internal static HelpTopicEntry Of(HelpTopic topic, DeskSetup desk) => new(
        topic.Slug, topic.Name, topic.QueueId is { } queueId ? desk.Queue(queueId)!.Slug : null, (TopicPriority?)topic.DefaultPriority,
        topic.IsActive, topic.SortOrder, topic.CustomFields.ToArray(), topic.IsInternal, topic.IsDefault);
}
