using Helpdesk.Canned.Contracts;
using Helpdesk.Desk.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Shows what a reply would say: a canned response or a free template, with the values of a ticket. Writes and counts nothing.</summary>
/// <param name="Ref">The ticket's reference, such as <c>HD-000042</c> in any letter case, or its id.</param>
/// <param name="CannedResponseId">The canned response to show.</param>
/// <param name="Template">A template to show instead, at most 65,535 characters.</param>
/// <param name="AgentId">The agent who would write; the ticket's assignee when absent.</param>
[Requires(Permission.TicketsRead)]
[Refuses(ErrorKind.NotFound, "ticket_not_found")]
[Refuses(ErrorKind.NotFound, "agent_not_found")]
[Refuses(ErrorKind.NotFound, "canned_response_not_found")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record PreviewReply([FromRoute] string Ref, long? CannedResponseId, string? Template, long? AgentId) : IQuery<ReplyPreview>;

/// <summary>A reply that nobody sent yet.</summary>
/// <param name="BodyMd">Its text in Markdown.</param>
public sealed record ReplyPreview(string BodyMd);

internal sealed class PreviewReplyValidator : AbstractValidator<PreviewReply>
{
    public PreviewReplyValidator()
    {
        RuleFor(x => x.Template).NotNull().When(x => x.CannedResponseId is null);
        RuleFor(x => x.Template).Null().When(x => x.CannedResponseId is not null).WithMessage("cannot be combined with canned_response_id.");
        RuleFor(x => x.Template).MaximumLength(TicketLimits.Body);
    }
}

internal sealed class PreviewReplyHandler(TicketStore store, IDeskCatalog desks, ICannedTemplates canned, RequestContext context)
    : IRequestHandler<PreviewReply, Result<ReplyPreview>>
{
    public async Task<Result<ReplyPreview>> Handle(PreviewReply request, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(request.Ref, cancellationToken) is not var (ticket, requester))
            return TicketErrors.NotFound;
        var desk = await desks.GetAsync(context.TenantId);
        var agent = request.AgentId is { } agentId ? desk.Agent(agentId) : null;
        if (request.AgentId is not null && agent is null)
            return TicketErrors.AgentNotFound;
        var template = request.CannedResponseId is { } cannedId ? await canned.FindAsync(cannedId, cancellationToken) : request.Template;
        return template is null
            ? TicketErrors.CannedNotFound
            : new ReplyPreview(canned.Render(template, Placeholders.For(ticket, requester, desk, agent, context.Tenant)));
    }
}
