using Helpdesk.Canned.Contracts;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Adds a public message or an internal note to a ticket's thread, and moves its status as the rules or the caller say.</summary>
/// <param name="Ref">The ticket's reference, such as <c>HD-000042</c> in any letter case, or its id.</param>
/// <param name="Body">The text in Markdown, 1 to 65,535 characters; may be absent when a canned response is named.</param>
/// <param name="BodyMd">Another name for <c>body</c>.</param>
/// <param name="CannedResponseId">A template to compose the text from; <c>body</c> follows it after a blank line.</param>
/// <param name="Internal">Whether it is a note that the requester never sees; false when absent.</param>
/// <param name="As">Who writes: the team (<c>agent</c>, when absent) or the requester.</param>
/// <param name="AgentId">The agent who writes; the API key when absent.</param>
/// <param name="Status">The status to move to after the reply; what the rules say when absent.</param>
[Requires(Permission.TicketsWrite)]
[Refuses(ErrorKind.NotFound, "ticket_not_found")]
[Refuses(ErrorKind.NotFound, "agent_not_found")]
[Refuses(ErrorKind.NotFound, "canned_response_not_found")]
[Refuses(ErrorKind.Conflict, "ticket_closed")]
[Refuses(ErrorKind.Conflict, "reopen_window_expired")]
[Example("""{"body": "Here is a fresh link.", "status": "pending"}""", Title = "Answer and wait")]
[Example("""{"body": "Called back, nobody there.", "internal": true, "agent_id": 190517204566016}""", Title = "Internal note of an agent")]
[Example("""{"body": "It works now, thank you!", "as": "requester"}""", Title = "What the requester wrote")]
public sealed record ReplyToTicket(
    [FromRoute] string Ref, string? Body, string? BodyMd, long? CannedResponseId, bool? Internal, ReplyAs? As, long? AgentId,
    TicketStatus? Status) : ICommand<ReplyView>
{
    internal string? Text => Body ?? BodyMd;
}

/// <summary>On whose behalf a reply is written.</summary>
public enum ReplyAs
{
    /// <summary>The support team.</summary>
    Agent,

    /// <summary>The person who asks.</summary>
    Requester,
}

/// <summary>The new entry of the thread, and where the ticket stands after it.</summary>
/// <param name="Id">The entry's id; entries are ordered by it.</param>
/// <param name="TicketId">The ticket's id.</param>
/// <param name="Kind">What sort of entry it is.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="BodyMd">The text in Markdown.</param>
/// <param name="IsInternal">Whether the requester must never see it.</param>
/// <param name="Event">Always null: this is no system entry.</param>
/// <param name="Attachments">Always empty in this API.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="Ticket">Where the ticket stands.</param>
[Example(TicketExamples.Reply)]
public sealed record ReplyView(
    long Id, long TicketId, MessageKind Kind, Author Author, string BodyMd, bool IsInternal, RawJson? Event,
    IReadOnlyList<string> Attachments, DateTime CreatedAt, TicketStanding Ticket);

/// <summary>Where a ticket stands.</summary>
/// <param name="Id">The ticket's id.</param>
/// <param name="Reference">Its name for people.</param>
/// <param name="Status">Its status.</param>
/// <param name="UpdatedAt">When it last changed or was written to.</param>
public sealed record TicketStanding(long Id, string Reference, TicketStatus Status, DateTime UpdatedAt);

internal sealed class ReplyToTicketValidator : AbstractValidator<ReplyToTicket>
{
    public ReplyToTicketValidator()
    {
        RuleFor(x => x.Text).NotEmpty().When(x => x.CannedResponseId is null).OverridePropertyName("body");
        RuleFor(x => x.Text).MaximumLength(TicketLimits.Body).OverridePropertyName("body");
        RuleFor(x => x.Internal).NotEqual(true).When(x => x.As is ReplyAs.Requester).WithMessage("cannot be combined with as = requester.");
        RuleFor(x => x.AgentId).Null().When(x => x.As is ReplyAs.Requester).WithMessage("cannot be combined with as = requester.");
    }
}

internal sealed class ReplyToTicketHandler(
    TenantDb db, TicketStore store, TicketWriter writer, IDeskCatalog desks, ITagCatalog tagCatalog, ICannedTemplates canned,
    RequestContext context, EventLog log, TimeProvider clock) : IRequestHandler<ReplyToTicket, Result<ReplyView>>
{
    public async Task<Result<ReplyView>> Handle(ReplyToTicket request, CancellationToken cancellationToken)
    {
        if (await store.FindToChangeAsync(request.Ref, cancellationToken) is not var (before, requester))
            return TicketErrors.NotFound;
        var (desk, tags) = (await desks.GetAsync(db.TenantId), await tagCatalog.GetAsync(db.TenantId));
        var agent = request.AgentId is { } agentId ? desk.Agent(agentId) : null;
        if (request.AgentId is not null && agent is null)
            return TicketErrors.AgentNotFound;
        var now = clock.GetUtcNow().UtcDateTime;
        if (WhyNot(request, before, desk, now) is { } refusal)
            return refusal;
        var composed = await ComposeAsync(request, before, requester, desk, agent, cancellationToken);
        if (!composed.TryGet(out var text))
            return composed.Error!;

        var isInternal = request.Internal == true;
        var message = writer.AddMessage(before.Id, AuthorOf(request, requester, agent), text, isInternal, now);
        log.Append(isInternal ? new TicketNoteAdded(before.Id, message.Id) : new TicketReplied(before.Id, message.Id, message.Author.Kind));
        var after = writer.Save(before, AfterReply(request, before, desk, now), desk, tags, now, message.Id);
        return new ReplyView(
            message.Id, message.TicketId, message.Kind, message.Author, message.BodyMd, message.IsInternal, null, [], message.CreatedAt,
            new(after.Id, TicketView.ReferenceOf(after.Number), desk.Status(after.StatusId).Category.ToTicketStatus(), after.UpdatedAt));
    }

    private static Error? WhyNot(ReplyToTicket request, Ticket ticket, DeskSetup desk, DateTime now)
    {
        var present = desk.Status(ticket.StatusId).Category;
        if (StatusRules.IsFinal(present))
            return TicketErrors.Closed;
        return request.As is ReplyAs.Requester ? StatusRules.WhyNotReopen(ticket, present, desk.ReopenWindow, now) : null;
    }

    /// <summary>The ticket after the reply: counts, times, and the status by the rules or, above them, by the caller.</summary>
    internal static Ticket AfterReply(ReplyToTicket request, Ticket ticket, DeskSetup desk, DateTime now)
    {
        var present = desk.Status(ticket.StatusId).Category;
        var after = ticket with { MessageCount = ticket.MessageCount + 1 };
        if (request.Internal != true)
            after = after with { PublicMessageCount = ticket.PublicMessageCount + 1 };
        if (request.As is ReplyAs.Requester)
        {
            after = after with { LastRequesterReplyAt = now };
            present = StatusRules.AfterRequesterReply(present);
        }
        else if (request.Internal != true)
        {
            after = after with { LastAgentReplyAt = now, FirstRespondedAt = ticket.FirstRespondedAt ?? now };
            present = StatusRules.AfterAgentReply(present);
        }

        return StatusRules.Change(after, request.Status?.ToCategory() ?? present, desk, now);
    }

    private Author AuthorOf(ReplyToTicket request, RequesterView requester, Agent? agent)
    {
        if (request.As is ReplyAs.Requester)
            return new(ActorKind.Requester, requester.Id, requester.Name);
        return agent is null
            ? new(context.Caller.Kind, context.Caller.Id, context.Caller.Label)
            : new(ActorKind.Agent, agent.Id, agent.Name);
    }

    private async ValueTask<Result<string>> ComposeAsync(
        ReplyToTicket request, Ticket ticket, RequesterView requester, DeskSetup desk, Agent? agent, CancellationToken ct)
    {
        if (request.CannedResponseId is not { } cannedId)
            return request.Text!;
        if (await canned.FindAsync(cannedId, ct) is not { } template)
            return TicketErrors.CannedNotFound;
        var text = canned.Render(template, Placeholders.For(ticket, requester, desk, agent, context.Tenant));
        if (!string.IsNullOrEmpty(request.Text))
            text += "\n\n" + request.Text;
        if (text.Length > TicketLimits.Body)
            return Error.Invalid("body", $"must have at most {TicketLimits.Body} characters together with the canned response.");
        canned.CountUse(cannedId);
        return text;
    }
}

internal sealed class ReplyToTicketEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/tickets/{ref}/reply", Slice.Created<ReplyToTicket, ReplyView>())
        .WithSummary("Reply to a ticket").WithTags("Tickets");
}
