using System.Text.Json.Serialization;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Opens a ticket with its first message. The queue's policy finds an agent unless one is named.</summary>
/// <param name="Subject">What it is about, one line of 1 to 255 characters.</param>
/// <param name="Body">The first message in Markdown, 1 to 65,535 characters; required, under this name or the next.</param>
/// <param name="BodyMd">Another name for <c>body</c>.</param>
/// <param name="Requester">Who asks, found by the address or added; the owner of the API key when nobody is named.</param>
/// <param name="RequesterId">Who asks, by id; instead of <c>requester</c>.</param>
/// <param name="HelpTopicId">What it is filed under; must be an active topic.</param>
/// <param name="QueueId">Where it goes; the topic's queue when absent, else the default queue.</param>
/// <param name="Priority">How pressing it is; the topic's priority when absent, else normal.</param>
/// <param name="AssigneeId">The agent who answers for it; must be an active agent of the queue.</param>
/// <param name="Tags">Slugs of tags, at most 20; each must exist.</param>
/// <param name="CustomFields">Values of the topic's fields, by key.</param>
/// <param name="Source">How it came in; <c>api</c> when absent.</param>
[Requires(Permission.TicketsWrite)]
[Refuses(ErrorKind.NotFound, "queue_not_found")]
[Refuses(ErrorKind.NotFound, "help_topic_not_found")]
[Refuses(ErrorKind.NotFound, "agent_not_found")]
[Refuses(ErrorKind.NotFound, "requester_not_found")]
[Example("""{"subject": "Cannot sign in", "body": "The link in the mail says that it has **expired**."}""", Title = "The least")]
[Example(TicketExamples.Create, Title = "For somebody, with tags")]
[Example(TicketExamples.Created, OfReply = true)]
public sealed record CreateTicket(
    [SingleLine] string? Subject, string? Body, string? BodyMd, RequesterInput? Requester, long? RequesterId, long? HelpTopicId, long? QueueId,
    Priority? Priority, long? AssigneeId, string[]? Tags, RawJson? CustomFields, TicketSource? Source) : ICommand<TicketView>
{
    /// <summary>
    /// Set by a dialect that has limits of its own for subject and address, up to 500 and 255 characters, and whose clients cannot send custom
    /// fields: those that the topic requires may be missing then.
    /// </summary>
    [JsonIgnore]
    public bool IsTranslated { get; init; }

    internal string? Text => Body ?? BodyMd;
}

/// <summary>Who asks.</summary>
/// <param name="Email">A valid address of at most 254 characters.</param>
/// <param name="Name">Full name, at most 120 characters; what stands before the @ when absent.</param>
public sealed record RequesterInput([SingleLine] string? Email, [SingleLine] string? Name);

internal sealed class CreateTicketValidator : AbstractValidator<CreateTicket>
{
    public CreateTicketValidator()
    {
        RuleFor(x => x.Subject).NotEmpty();
        RuleFor(x => x.Subject).MaximumLength(TicketLimits.TranslatedSubject).When(x => x.IsTranslated);
        RuleFor(x => x.Subject).MaximumLength(TicketLimits.Subject).Unless(x => x.IsTranslated);
        RuleFor(x => x.Text).NotEmpty().MaximumLength(TicketLimits.Body).OverridePropertyName("body");
        RuleFor(x => x.RequesterId).Null().When(x => x.Requester is not null).WithMessage("cannot be combined with requester.");
        RuleFor(x => x.Requester!.Email).NotEmpty().EmailAddress()
            .OverridePropertyName("requester.email").When(x => x.Requester is not null);
        RuleFor(x => x.Requester!.Email).MaximumLength(TicketLimits.TranslatedAddress)
            .OverridePropertyName("requester.email").When(x => x is { Requester: not null, IsTranslated: true });
        RuleFor(x => x.Requester!.Email).MaximumLength(TicketLimits.Address)
            .OverridePropertyName("requester.email").When(x => x is { Requester: not null, IsTranslated: false });
        RuleFor(x => x.Requester!.Name).MaximumLength(120).OverridePropertyName("requester.name").When(x => x.Requester is not null);
        RuleFor(x => x.Tags).TagSlugs();
    }
}

internal sealed class CreateTicketHandler(
    TenantDb db, RequestContext context, IDeskCatalog desks, ITagCatalog tagCatalog, Requesters requesters, Assignment assignment,
    TicketWriter writer, EventLog log, Ids ids) : IRequestHandler<CreateTicket, Result<TicketView>>
{
    private const string InsertSql = """
        with number as (
            insert into kernel.counter as c (tenant_id, name, value) values (@TenantId, 'ticket', 1)
            on conflict (tenant_id, name) do update set value = c.value + 1
            returning c.value),
        recency as (
            insert into tickets.recency (tenant_id, is_test, updated_at, ticket_id) values (@TenantId, @IsTest, @Now, @Id))
        insert into tickets.ticket as t (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, help_topic_id,
            requester_id, assignee_id, tag_ids, custom_fields, message_count, public_message_count, closed_at, last_requester_reply_at,
            is_blocked, created_at, updated_at)
        select @TenantId, @Id, number.value, @IsTest, @Subject, @StatusId, @Priority, @Source, @QueueId, @HelpTopicId,
            @RequesterId, @AssigneeId, @TagIds, @CustomFields::jsonb, 1, 1, @ClosedAt, @Now, @IsBlocked, @Now, @Now
        from number
        returning t.number as late_number
        """;

    public async Task<Result<TicketView>> Handle(CreateTicket request, CancellationToken cancellationToken)
    {
        var (desk, tags) = (await desks.GetAsync(db.TenantId), await tagCatalog.GetAsync(db.TenantId));
        var placed = Place(request, desk);
        if (!placed.TryGet(out var place))
            return placed.Error!;
        var tagIds = TagRules.Resolve(request.Tags ?? [], tags, "tags");
        if (tagIds.Error is not null)
            return tagIds.Error;
        var fields = CustomFieldRules.Merge("{}", request.CustomFields, place.Topic, isNew: !request.IsTranslated);
        if (fields.Error is not null)
            return fields.Error;
        if (request.AssigneeId is { } wanted && Assignment.WhyNot(desk, wanted, place.Queue.Id) is { } whyNot)
            return whyNot;
        if (await RequesterAsync(request, cancellationToken) is not { } requester)
            return TicketErrors.RequesterNotFound;

        var id = ids.Next();
        var now = Ids.TimeOf(id).UtcDateTime;
        // What a blocked sender writes is kept, and is nobody's work.
        var isBlocked = desk.IsBlocked(requester.Email);
        var assignee = request.AssigneeId ?? (isBlocked ? null : await assignment.NextAsync(desk, place.Queue, cancellationToken));
        var ticket = new Ticket(
            id, 0, request.Subject!, desk.DefaultStatus(isBlocked ? StatusCategory.Closed : StatusCategory.New).Id, place.Priority, request.Source ?? TicketSource.Api,
            place.Queue.Id, place.Topic?.Id, requester.Id, assignee, tagIds.Value, fields.Value, 1, 1, null, null, isBlocked ? now : null, now, null, 1,
            now, now);
        return Write(ticket, requester, request.Text!, isBlocked, desk, tags);
    }

    private TicketView Write(Ticket ticket, RequesterView requester, string text, bool isBlocked, DeskSetup desk, TagSet tags)
    {
        var isTest = context.Caller.IsTest;
        var number = db.EnqueueNumbered("ticket", InsertSql, new
        {
            db.TenantId,
            ticket.Id,
            IsTest = isTest,
            ticket.Subject,
            ticket.StatusId,
            Priority = (short)ticket.Priority,
            Source = (short)ticket.Source,
            ticket.QueueId,
            ticket.HelpTopicId,
            ticket.RequesterId,
            ticket.AssigneeId,
            ticket.TagIds,
            ticket.CustomFields,
            ticket.ClosedAt,
            IsBlocked = isBlocked,
            Now = ticket.CreatedAt,
        });
        var author = new Author(ActorKind.Requester, requester.Id, requester.Name);
        var message = writer.AddMessage(ticket.Id, author, text, isInternal: false, ticket.CreatedAt, ticket.Subject);
        writer.Tag(ticket.Id, ticket.TagIds);
        Tally.Move(db, isTest, null, ticket);
        log.Append(new TicketCreated(ticket.Id, message.Id, requester.Id, ticket.AssigneeId, isBlocked));
        if (ticket.AssigneeId is not null)
            log.Append(new TicketAssigned(ticket.Id, null, ticket.AssigneeId, isBlocked));
        return TicketView.Of(ticket, requester, desk, tags, number) with { Messages = [message] };
    }

    private static Result<Placement> Place(CreateTicket request, DeskSetup desk)
    {
        var topic = request.HelpTopicId is { } topicId ? desk.Topic(topicId) : null;
        if (request.HelpTopicId is not null && topic is null)
            return TicketErrors.TopicNotFound;
        if (topic is { IsActive: false })
            return Error.Invalid("help_topic_id", "must be an active help topic.");
        var queueId = request.QueueId ?? topic?.QueueId;
        var queue = queueId is { } wanted ? desk.Queue(wanted) : desk.DefaultQueue;
        if (queue is null)
            return TicketErrors.QueueNotFound;
        if (!queue.IsActive)
            return Error.Invalid("queue_id", "must be an active queue.");
        return new Placement(queue, topic, request.Priority ?? (Priority?)topic?.DefaultPriority ?? Priority.Normal);
    }

    private async ValueTask<RequesterView?> RequesterAsync(CreateTicket request, CancellationToken ct)
    {
        if (request.RequesterId is { } id)
            return await requesters.FindAsync(id, ct);
        return request.Requester is { } given
            ? await requesters.FindOrAddAsync(given.Email!, given.Name, ct)
            : await requesters.OwnerAsync(context.Caller.Owner!, ct);
    }

    private sealed record Placement(Queue Queue, HelpTopic? Topic, Priority Priority);
}

internal sealed class CreateTicketEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/tickets", Slice.Created<CreateTicket, TicketView>())
        .WithSummary("Create a ticket").WithTags("Tickets");
}
