using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace Helpdesk.Desk.Contracts;

/// <summary>The desk of one tenant, immutable.</summary>
public sealed class DeskSetup
{
    private readonly FrozenDictionary<long, Queue> _queues;
    private readonly FrozenDictionary<long, Agent> _agents;
    private readonly FrozenDictionary<long, HelpTopic> _topics;
    private readonly FrozenDictionary<long, Status> _statuses;
    private readonly FrozenSet<string> _blocked;

    /// <summary>Indexes the rows.</summary>
    public DeskSetup(
        IReadOnlyList<Queue> queues, IReadOnlyList<Agent> agents, IReadOnlyList<HelpTopic> topics, IReadOnlyList<Status> statuses,
        int reopenWindowDays, IReadOnlyList<string>? blockedSenders = null)
    {
        (Queues, Agents, Topics, Statuses, ReopenWindow) = (queues, agents, topics, statuses, TimeSpan.FromDays(reopenWindowDays));
        BlockedSenders = blockedSenders ?? [];
        _blocked = BlockedSenders.ToFrozenSet(StringComparer.Ordinal);
        _queues = queues.ToFrozenDictionary(queue => queue.Id);
        _agents = agents.ToFrozenDictionary(agent => agent.Id);
        _topics = topics.ToFrozenDictionary(topic => topic.Id);
        _statuses = statuses.ToFrozenDictionary(status => status.Id);
    }

    /// <summary>All queues, by sort order, then id.</summary>
    public IReadOnlyList<Queue> Queues { get; }

    /// <summary>All agents, by name, then id.</summary>
    public IReadOnlyList<Agent> Agents { get; }

    /// <summary>All help topics, by sort order, then id.</summary>
    public IReadOnlyList<HelpTopic> Topics { get; }

    /// <summary>All statuses, by sort order.</summary>
    public IReadOnlyList<Status> Statuses { get; }

    /// <summary>How long after its resolution a requester may reopen a ticket by replying.</summary>
    public TimeSpan ReopenWindow { get; }

    /// <summary>Where tickets go when nothing says otherwise; null when the tenant has no active default queue.</summary>
    public Queue? DefaultQueue => Queues.FirstOrDefault(queue => queue is { IsDefault: true, IsActive: true });

    /// <summary>What tickets are filed under by APIs that file each of them; null when the tenant has no active default topic.</summary>
    public HelpTopic? DefaultTopic => Topics.FirstOrDefault(topic => topic is { IsDefault: true, IsActive: true });

    /// <summary>The addresses whose tickets are closed as they come in, lower case, in alphabetical order.</summary>
    public IReadOnlyList<string> BlockedSenders { get; }

    /// <summary>Whether tickets of this address are closed as they come in. The address must be in lower case.</summary>
    public bool IsBlocked(string email) => _blocked.Contains(email);

    /// <summary>The queue, or null.</summary>
    public Queue? Queue(long id) => _queues.GetValueOrDefault(id);

    /// <summary>The agent, or null.</summary>
    public Agent? Agent(long id) => _agents.GetValueOrDefault(id);

    /// <summary>The help topic, or null.</summary>
    public HelpTopic? Topic(long id) => _topics.GetValueOrDefault(id);

    /// <summary>The status. Throws when there is none: a ticket always has one of the tenant's.</summary>
    public Status Status(long id) => _statuses[id];

    /// <summary>The status that stands for a category.</summary>
    public Status DefaultStatus(StatusCategory category) => Statuses.First(status => status.IsDefault && status.Category == category);

    /// <summary>The ids of all statuses of the categories.</summary>
    public long[] StatusIds(params ReadOnlySpan<StatusCategory> categories)
    {
        var ids = new List<long>(Statuses.Count);
        foreach (var status in Statuses)
        {
            if (categories.Contains(status.Category))
                ids.Add(status.Id);
        }

        return [.. ids];
    }
}

/// <summary>The seven categories that rules look at.</summary>
public enum StatusCategory
{
    /// <summary>Nobody has answered yet.</summary>
    New,

    /// <summary>Being worked on.</summary>
    Open,

    /// <summary>Waits for the requester.</summary>
    Pending,

    /// <summary>Waits for something else.</summary>
    OnHold,

    /// <summary>Done; the requester may still reopen it for a while.</summary>
    Resolved,

    /// <summary>Done for good.</summary>
    Closed,

    /// <summary>Went up in another ticket.</summary>
    Merged,
}

/// <summary>A status of a tenant.</summary>
/// <param name="Id">The status's id.</param>
/// <param name="Key">Its name for programs.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Category">What rules take it for.</param>
/// <param name="IsDefault">Whether it is the one that stands for its category.</param>
public sealed record Status(long Id, string Key, string Label, StatusCategory Category, bool IsDefault);

/// <summary>How a queue finds the agent for a new ticket (mobieus 6.3).</summary>
public enum AssignmentPolicy
{
    /// <summary>The active agents of the queue in turn.</summary>
    RoundRobin,

    /// <summary>The active agent of the queue with the fewest open tickets; the lowest id on a tie.</summary>
    FewestOpen,

    /// <summary>Nobody: people take tickets.</summary>
    Manual,
}

/// <summary>A queue of tickets.</summary>
/// <param name="Id">The queue's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Description">What belongs into it.</param>
/// <param name="IsDefault">Whether tickets go here when nothing says otherwise.</param>
/// <param name="IsActive">Whether it takes tickets.</param>
/// <param name="Policy">How it finds an agent.</param>
/// <param name="AgentIds">The ids of its agents, active or not, ascending.</param>
/// <param name="SortOrder">Its place among the queues.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record Queue(
    long Id, string Slug, string Name, string Description, bool IsDefault, bool IsActive, AssignmentPolicy Policy, long[] AgentIds,
    int SortOrder, DateTime CreatedAt, DateTime UpdatedAt)
{
    /// <summary>Whether people who ask may know of it.</summary>
    public bool IsPublic { get; init; } = true;
}

/// <summary>A member of the support team.</summary>
/// <param name="Id">The agent's id.</param>
/// <param name="UserId">The id of the person's account.</param>
/// <param name="Name">Full name.</param>
/// <param name="Email">Address, lower case.</param>
/// <param name="Role"><c>agent</c> or <c>lead</c>.</param>
/// <param name="IsActive">Whether tickets may be assigned.</param>
/// <param name="QueueIds">The ids of the agent's queues, ascending.</param>
/// <param name="CreatedAt">When the agent was added.</param>
public sealed record Agent(
    long Id, long UserId, string Name, string Email, string Role, bool IsActive, long[] QueueIds, DateTime CreatedAt);

/// <summary>What a ticket is about: gives it a queue, a priority and fields of its own.</summary>
/// <param name="Id">The topic's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="QueueId">Where its tickets go, if it says.</param>
/// <param name="DefaultPriority">Their priority, 1 (urgent) to 4 (low), if it says.</param>
/// <param name="IsActive">Whether new tickets may have it.</param>
/// <param name="SortOrder">Its place among the topics.</param>
/// <param name="CustomFields">The fields of its tickets.</param>
public sealed record HelpTopic(
    long Id, string Slug, string Name, long? QueueId, int? DefaultPriority, bool IsActive, int SortOrder,
    IReadOnlyList<CustomField> CustomFields)
{
    /// <summary>Whether it is for the team alone, and not for people who ask.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Whether APIs that file every ticket take it where their clients say nothing.</summary>
    public bool IsDefault { get; init; }
}

/// <summary>A field that tickets of a topic have (mobieus 6.6).</summary>
/// <param name="Key">Its name in <c>custom_fields</c>.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Type">What values it takes.</param>
/// <param name="Required">Whether a new ticket must have it.</param>
/// <param name="Options">The values of a <see cref="CustomFieldType.Select"/> field.</param>
public sealed record CustomField(
    string Key, string Label, CustomFieldType Type, bool Required,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Options);

/// <summary>What a custom field takes.</summary>
public enum CustomFieldType
{
    /// <summary>Any text of at most 2,000 characters.</summary>
    Text,

    /// <summary>A JSON number.</summary>
    Number,

    /// <summary>An absolute http or https address.</summary>
    Url,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A day as <c>2026-01-31</c>.</summary>
    Date,

    /// <summary>One of the field's options.</summary>
    Select,
}
