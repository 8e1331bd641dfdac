using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Changes a ticket. Absent members keep their value, null clears one that may be empty; at least one must be given.</summary>
/// <param name="Ref">The ticket's reference, such as <c>HD-000042</c> in any letter case, or its id.</param>
/// <param name="Subject">What it is about, one line of 1 to 255 characters; a longer one, of another API, may be sent back unchanged.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="QueueId">An active queue to move to; an assignee who is not in it is taken off, and its policy finds another.</param>
/// <param name="HelpTopicId">An active topic to file it under, or null for none.</param>
/// <param name="AssigneeId">An active agent of the queue, or null for nobody.</param>
/// <param name="Tags">The slugs of all its tags from now on, at most 20.</param>
/// <param name="AddTags">Slugs of tags to add.</param>
/// <param name="RemoveTags">Slugs of tags to take off; those that it does not carry are passed over.</param>
/// <param name="CustomFields">Values of the topic's fields, merged by key; null takes a value out.</param>
/// <param name="Status">The status to move to, by the rules of the status route.</param>
[Requires(Permission.TicketsWrite)]
[Refuses(ErrorKind.NotFound, "ticket_not_found")]
[Refuses(ErrorKind.NotFound, "queue_not_found")]
[Refuses(ErrorKind.NotFound, "help_topic_not_found")]
[Refuses(ErrorKind.NotFound, "agent_not_found")]
[Refuses(ErrorKind.Conflict, "ticket_closed")]
[Example("""{"priority": "high", "assignee_id": 190517204566016, "add_tags": ["refund"]}""", Title = "Prioritise, assign and tag")]
[Example("""{"assignee_id": null}""", Title = "Take the assignee off")]
public sealed record UpdateTicket(
    [FromRoute] string Ref, [SingleLine] Optional<string?> Subject, Optional<Priority?> Priority, Optional<long?> QueueId,
    Optional<long?> HelpTopicId, Optional<long?> AssigneeId, Optional<string[]?> Tags, string[]? AddTags, string[]? RemoveTags,
    RawJson? CustomFields, Optional<TicketStatus?> Status) : ICommand<TicketView>
{
    internal bool IsEmpty => !Subject.IsSet && !Priority.IsSet && !QueueId.IsSet && !HelpTopicId.IsSet && !AssigneeId.IsSet && !Tags.IsSet
        && AddTags is null && RemoveTags is null && CustomFields is null && !Status.IsSet;
}

internal sealed class UpdateTicketValidator : AbstractValidator<UpdateTicket>
{
    public UpdateTicketValidator()
    {
        RuleFor(x => x.IsEmpty).Equal(false).OverridePropertyName("body").WithMessage("must have at least one member to change.");
        RuleFor(x => x.Subject.Value).NotEmpty().MaximumLength(TicketLimits.TranslatedSubject).When(x => x.Subject.IsSet).OverridePropertyName("subject");
        RuleFor(x => x.Priority.Value).NotNull().When(x => x.Priority.IsSet).OverridePropertyName("priority");
        RuleFor(x => x.QueueId.Value).NotNull().When(x => x.QueueId.IsSet).OverridePropertyName("queue_id");
        RuleFor(x => x.Status.Value).NotNull().When(x => x.Status.IsSet).OverridePropertyName("status");
        RuleFor(x => x.Tags.Value).NotNull().When(x => x.Tags.IsSet).OverridePropertyName("tags");
        RuleFor(x => x.Tags.Value).TagSlugs().OverridePropertyName("tags");
        RuleFor(x => x.AddTags).TagSlugs();
        RuleFor(x => x.RemoveTags).TagSlugs();
    }
}

internal sealed class UpdateTicketHandler(
    TenantDb db, TicketStore store, TicketWriter writer, IDeskCatalog desks, ITagCatalog tagCatalog, Assignment assignment,
    TimeProvider clock) : IRequestHandler<UpdateTicket, Result<TicketView>>
{
    public async Task<Result<TicketView>> Handle(UpdateTicket request, CancellationToken cancellationToken)
    {
        if (await store.FindToChangeAsync(request.Ref, cancellationToken) is not var (before, requester))
            return TicketErrors.NotFound;
        var (desk, tags) = (await desks.GetAsync(db.TenantId), await tagCatalog.GetAsync(db.TenantId));
        if (StatusRules.IsFinal(desk.Status(before.StatusId).Category))
            return TicketErrors.Closed;

        var now = clock.GetUtcNow().UtcDateTime;
        var after = before with { Subject = request.Subject.Or(before.Subject)!, Priority = request.Priority.Or(before.Priority)!.Value };
        if (after.Subject != before.Subject && after.Subject.Length > TicketLimits.Subject)
            return Error.Invalid("subject", $"must have at most {TicketLimits.Subject} characters.");
        foreach (var step in (Func<Ticket, Result<Ticket>>[])
            [ticket => File(request, ticket, desk), ticket => Tag(request, ticket, tags), ticket => Move(request, ticket, desk)])
        {
            var outcome = step(after);
            if (!outcome.TryGet(out after!))
                return outcome.Error!;
        }

        if (after.QueueId != before.QueueId && !request.AssigneeId.IsSet)
            after = await ReassignAsync(after, desk, cancellationToken);
        if (request.Status is { IsSet: true, Value: { } status })
            after = StatusRules.Change(after, status.ToCategory(), desk, now);
        return TicketView.Of(writer.Save(before, after, desk, tags, now), requester, desk, tags);
    }

    private static Result<Ticket> File(UpdateTicket request, Ticket ticket, DeskSetup desk)
    {
        var topic = request.HelpTopicId.Or(ticket.HelpTopicId) is { } id ? desk.Topic(id) : null;
        if (request.HelpTopicId is { IsSet: true, Value: not null })
        {
            if (topic is null)
                return TicketErrors.TopicNotFound;
            if (!topic.IsActive && topic.Id != ticket.HelpTopicId)
                return Error.Invalid("help_topic_id", "must be an active help topic.");
        }

        var fields = CustomFieldRules.Merge(ticket.CustomFields, request.CustomFields, topic, isNew: false);
        return fields.TryGet(out var merged) ? ticket with { HelpTopicId = topic?.Id, CustomFields = merged } : fields.Error!;
    }

    private static Result<Ticket> Tag(UpdateTicket request, Ticket ticket, TagSet tags)
    {
        var kept = request.Tags is { IsSet: true, Value: { } all } ? TagRules.Resolve(all, tags, "tags") : ticket.TagIds;
        if (kept.Error is not null)
            return kept.Error;
        var added = TagRules.Resolve(request.AddTags ?? [], tags, "add_tags");
        if (added.Error is not null)
            return added.Error;
        var removed = (request.RemoveTags ?? []).Select(slug => tags.BySlug(slug)?.Id).ToHashSet();
        var ids = kept.Value.Union(added.Value).Where(id => !removed.Contains(id)).ToArray();
        // Ids of deleted tags stay in a ticket until they are swept up; they do not count.
        var (carried, before) = (tags.ByIds(ids).Count, tags.ByIds(ticket.TagIds).Count);
        if (carried > TagRules.Most && carried > before)
            return Error.Invalid("add_tags", $"a ticket carries at most {TagRules.Most} tags.");
        return ids.ToHashSet().SetEquals(ticket.TagIds) ? ticket : ticket with { TagIds = ids };
    }

    private static Result<Ticket> Move(UpdateTicket request, Ticket ticket, DeskSetup desk)
    {
        var queueId = request.QueueId.Or(ticket.QueueId)!.Value;
        if (queueId != ticket.QueueId)
        {
            if (desk.Queue(queueId) is not { } queue)
                return TicketErrors.QueueNotFound;
            if (!queue.IsActive)
                return Error.Invalid("queue_id", "must be an active queue.");
        }

        var assigneeId = request.AssigneeId.Or(ticket.AssigneeId);
        if (request.AssigneeId.IsSet && assigneeId is { } agentId && Assignment.WhyNot(desk, agentId, queueId) is { } whyNot)
            return whyNot;
        return ticket with { QueueId = queueId, AssigneeId = assigneeId };
    }

    /// <summary>In a new queue an agent of it keeps the ticket; otherwise the queue's policy finds one.</summary>
    private async ValueTask<Ticket> ReassignAsync(Ticket ticket, DeskSetup desk, CancellationToken ct)
    {
        var queue = desk.Queue(ticket.QueueId)!;
        return ticket.AssigneeId is { } present && queue.AgentIds.Contains(present)
            ? ticket
            : ticket with { AssigneeId = await assignment.NextAsync(desk, queue, ct) };
    }
}

internal sealed class UpdateTicketEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/tickets/{ref}", Slice.Done<UpdateTicket, TicketView>())
        .WithSummary("Update a ticket").WithTags("Tickets");
}
