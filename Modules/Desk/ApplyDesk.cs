using Helpdesk.Desk.Contracts;

namespace Helpdesk.Desk;

/// <summary>
/// Brings queues, agents and help topics to what a file of the operator tells. Things are known by slug or address; what the file does not
/// name stays, nothing is deleted. Applied a second time, it changes nothing.
/// </summary>
/// <param name="Queues">The queues to add or change.</param>
/// <param name="Agents">The agents to add or change.</param>
/// <param name="HelpTopics">The help topics to add or change.</param>
/// <param name="DryRun">Whether only to say what would change.</param>
/// <param name="BlockedSenders">All addresses whose tickets are closed as they come in, at most 10,000, in any letter case; null leaves them as
/// they are.</param>
[Requires(Permission.Operate)]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ApplyDesk(
    IReadOnlyList<QueueEntry> Queues, IReadOnlyList<AgentEntry> Agents, IReadOnlyList<HelpTopicEntry> HelpTopics, bool DryRun,
    IReadOnlyList<string>? BlockedSenders = null)
    : ICommand<IReadOnlyList<Difference>>;

internal sealed class ApplyDeskValidator : AbstractValidator<ApplyDesk>
{
    public ApplyDeskValidator()
    {
        RuleForEach(x => x.Queues).NotNull().SetValidator(new QueueEntryValidator());
        RuleForEach(x => x.Agents).NotNull().SetValidator(new AgentEntryValidator());
        RuleForEach(x => x.HelpTopics).NotNull().SetValidator(new HelpTopicEntryValidator());
        RuleFor(x => x.BlockedSenders).Must(senders => senders!.Count <= DeskLimits.BlockedSenders).When(x => x.BlockedSenders is not null)
            .WithMessage($"must have at most {DeskLimits.BlockedSenders} addresses.");
        RuleForEach(x => x.BlockedSenders).NotEmpty().EmailAddress().MaximumLength(DeskLimits.Address);
    }
}

internal sealed class ApplyDeskHandler(TenantDb db, DeskWriter writer, Ids ids, TimeProvider clock)
    : IRequestHandler<ApplyDesk, Result<IReadOnlyList<Difference>>>
{
    private readonly Dictionary<string, string[]> _faults = [];

    public async Task<Result<IReadOnlyList<Difference>>> Handle(ApplyDesk request, CancellationToken cancellationToken)
    {
        _faults.Clear();
        var desk = await DeskCatalog.ReadAsync(db, cancellationToken);
        var queues = Queues(request.Queues, desk);
        var slugs = desk.Queues.Concat(queues).DistinctBy(queue => queue.Slug).ToDictionary(queue => queue.Slug, queue => queue.Id);
        var agents = Agents(request.Agents, desk, slugs);
        var topics = Topics(request.HelpTopics, desk, slugs);
        // Which one loses the default is decided by which gets it, whether the file names it or not.
        if (Chosen(request.Queues.Select(entry => entry.IsDefault), "queues", "queue") is { } chosen)
            queues = [.. queues.Concat(desk.Queues.Where(queue => queue.IsDefault).ExceptBy(queues.Select(q => q.Id), queue => queue.Id))
                .Select((queue, i) => queue with { IsDefault = i == chosen })];
        if (Chosen(request.HelpTopics.Select(entry => entry.IsDefault), "help_topics", "help topic") is { } usual)
            topics = [.. topics.Concat(desk.Topics.Where(topic => topic.IsDefault).ExceptBy(topics.Select(t => t.Id), topic => topic.Id))
                .Select((topic, i) => topic with { IsDefault = i == usual })];
        foreach (var (i, topic) in topics.Index())
            Require(topic.IsActive || !topic.IsDefault, $"help_topics[{i}].is_active", "must be true for the default help topic.");
        if (_faults.Count > 0)
            return Error.Invalid(_faults);
        if (desk.Queues.ExceptBy(queues.Select(queue => queue.Id), queue => queue.Id).Concat(queues).All(queue => queue is not { IsDefault: true, IsActive: true }))
            return Error.Invalid("queues", "would leave no active default queue: tickets need one to go to.");

        var names = slugs.ToDictionary(pair => pair.Value, pair => pair.Key);
        var differences = new List<Difference>();
        differences.AddRange(queues.Select(queue => writer.Save(desk.Queue(queue.Id), queue, request.DryRun)).OfType<Difference>());
        differences.AddRange(agents.Select(agent => writer.Save(desk.Agent(agent.Id), agent, names, request.DryRun)).OfType<Difference>());
        differences.AddRange(topics.Select(topic => writer.Save(desk.Topic(topic.Id), topic, names, request.DryRun)).OfType<Difference>());
        if (request.BlockedSenders is { } senders && writer.Save(desk.BlockedSenders, Addresses(senders), request.DryRun) is { } difference)
            differences.Add(difference);
        return differences;
    }

    private static string[] Addresses(IReadOnlyList<string> senders) =>
        [.. senders.Select(sender => sender.Trim().ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)];

    private List<Queue> Queues(IReadOnlyList<QueueEntry> entries, DeskSetup desk)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var queues = new List<Queue>();
        foreach (var (i, entry) in entries.Index())
        {
            var present = desk.Queues.FirstOrDefault(queue => queue.Slug == entry.Slug)
                ?? new Queue(ids.Next(), entry.Slug!, "", "", false, true, AssignmentPolicy.Manual, [], DeskLimits.DefaultSortOrder, now, now);
            Require(entry.Name.IsSet || present.Name.Length > 0, $"queues[{i}].name", "is required for a new queue.");
            Require(queues.TrueForAll(queue => queue.Slug != entry.Slug), $"queues[{i}].slug", "is there twice.");
            queues.Add(present with
            {
                Name = entry.Name.Or(present.Name)!,
                Description = entry.Description.Or(present.Description)!,
                IsDefault = entry.IsDefault.Or(present.IsDefault),
                IsActive = entry.IsActive.Or(present.IsActive),
                Policy = entry.AssignmentPolicy.Or(present.Policy),
                SortOrder = entry.SortOrder.Or(present.SortOrder),
                IsPublic = entry.IsPublic.Or(present.IsPublic),
            });
        }

        return queues;
    }

    private List<Agent> Agents(IReadOnlyList<AgentEntry> entries, DeskSetup desk, Dictionary<string, long> slugs)
    {
        var agents = new List<Agent>();
        foreach (var (i, entry) in entries.Index())
        {
            var email = entry.Email!.ToLowerInvariant();
            var present = desk.Agents.FirstOrDefault(agent => agent.Email == email)
                ?? new Agent(ids.Next(), ids.Next(), "", email, "agent", true, [], clock.GetUtcNow().UtcDateTime);
            Require(entry.Name.IsSet || present.Name.Length > 0, $"agents[{i}].name", "is required for a new agent.");
            Require(agents.TrueForAll(agent => agent.Email != email), $"agents[{i}].email", "is there twice.");
            var queues = entry.Queues.IsSet
                ? entry.Queues.Value!.Index().Select(queue => QueueId(queue.Item, $"agents[{i}].queues[{queue.Index}]", slugs)).Distinct().Order().ToArray()
                : present.QueueIds;
            agents.Add(present with
            {
                Name = entry.Name.Or(present.Name)!,
                Role = entry.Role.Or(present.Role)!,
                IsActive = entry.IsActive.Or(present.IsActive),
                QueueIds = queues,
            });
        }

        return agents;
    }

    private List<HelpTopic> Topics(IReadOnlyList<HelpTopicEntry> entries, DeskSetup desk, Dictionary<string, long> slugs)
    {
        var topics = new List<HelpTopic>();
        foreach (var (i, entry) in entries.Index())
        {
            var present = desk.Topics.FirstOrDefault(topic => topic.Slug == entry.Slug)
                ?? new HelpTopic(ids.Next(), entry.Slug!, "", null, null, true, DeskLimits.DefaultSortOrder, []);
            Require(entry.Name.IsSet || present.Name.Length > 0, $"help_topics[{i}].name", "is required for a new help topic.");
            Require(topics.TrueForAll(topic => topic.Slug != entry.Slug), $"help_topics[{i}].slug", "is there twice.");
            topics.Add(present with
            {
                Name = entry.Name.Or(present.Name)!,
                QueueId = entry.Queue is { IsSet: true, Value: { } slug } ? QueueId(slug, $"help_topics[{i}].queue", slugs)
                    : entry.Queue.IsSet ? null : present.QueueId,
                DefaultPriority = (int?)entry.DefaultPriority.Or((TopicPriority?)present.DefaultPriority),
                IsActive = entry.IsActive.Or(present.IsActive),
                SortOrder = entry.SortOrder.Or(present.SortOrder),
                CustomFields = entry.CustomFields.IsSet ? entry.CustomFields.Value! : present.CustomFields,
                IsInternal = entry.IsInternal.Or(present.IsInternal),
                IsDefault = entry.IsDefault.Or(present.IsDefault),
            });
        }

        return topics;
    }

    /// <summary>The place of the entry that the file makes the default, if it makes any; it may make one only.</summary>
    private int? Chosen(IEnumerable<Optional<bool>> defaults, string list, string kind)
    {
        var chosen = (int?)null;
        foreach (var (i, entry) in defaults.Index())
        {
            if (entry is not { IsSet: true, Value: true })
                continue;
            Require(chosen is null, $"{list}[{i}].is_default", $"is true for another {kind} too.");
            chosen ??= i;
        }

        return chosen;
    }

    private long QueueId(string? slug, string path, Dictionary<string, long> slugs)
    {
        var id = 0L;
        Require(slug is not null && slugs.TryGetValue(slug, out id), path, $"names the queue '{slug}', which there is not.");
        return id;
    }

    private void Require(bool isGiven, string path, string reason)
    {
        if (!isGiven)
            _faults.TryAdd(path, [reason]);
    }
}
