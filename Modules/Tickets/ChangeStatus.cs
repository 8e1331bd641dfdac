using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Moves a ticket to another status. Its present status is accepted and changes nothing; a closed ticket stays closed.</summary>
/// <param name="Ref">The ticket's reference, such as <c>HD-000042</c> in any letter case, or its id.</param>
/// <param name="Status">The status to move to.</param>
/// <param name="Note">An internal note to add, at most 65,535 characters.</param>
[Requires(Permission.TicketsWrite)]
[Refuses(ErrorKind.NotFound, "ticket_not_found")]
[Refuses(ErrorKind.Conflict, "ticket_closed")]
[Example("""{"status": "resolved", "note": "Refund sent."}""")]
public sealed record ChangeStatus([FromRoute] string Ref, TicketStatus? Status, string? Note) : ICommand<TicketView>;

internal sealed class ChangeStatusValidator : AbstractValidator<ChangeStatus>
{
    public ChangeStatusValidator()
    {
        RuleFor(x => x.Status).NotNull();
        RuleFor(x => x.Note).MaximumLength(TicketLimits.Body);
    }
}

internal sealed class ChangeStatusHandler(
    TenantDb db, TicketStore store, TicketWriter writer, IDeskCatalog desks, ITagCatalog tagCatalog, RequestContext context, EventLog log,
    TimeProvider clock) : IRequestHandler<ChangeStatus, Result<TicketView>>
{
    public async Task<Result<TicketView>> Handle(ChangeStatus request, CancellationToken cancellationToken)
    {
        if (await store.FindToChangeAsync(request.Ref, cancellationToken) is not var (before, requester))
            return TicketErrors.NotFound;
        var (desk, tags) = (await desks.GetAsync(db.TenantId), await tagCatalog.GetAsync(db.TenantId));
        var (present, wanted) = (desk.Status(before.StatusId).Category, request.Status!.Value.ToCategory());
        var hasNote = !string.IsNullOrEmpty(request.Note);
        if (StatusRules.IsFinal(present) && (present != wanted || hasNote))
            return TicketErrors.Closed;

        var now = clock.GetUtcNow().UtcDateTime;
        var after = StatusRules.Change(before, wanted, desk, now);
        long? noteId = null;
        if (hasNote)
        {
            var author = new Author(context.Caller.Kind, context.Caller.Id, context.Caller.Label);
            var note = writer.AddMessage(before.Id, author, request.Note!, isInternal: true, now);
            log.Append(new TicketNoteAdded(before.Id, note.Id));
            after = after with { MessageCount = after.MessageCount + 1 };
            noteId = note.Id;
        }

        return TicketView.Of(writer.Save(before, after, desk, tags, now, noteId), requester, desk, tags);
    }
}

internal sealed class ChangeStatusEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/tickets/{ref}/status", Slice.Done<ChangeStatus, TicketView>())
        .WithSummary("Change a ticket's status").WithTags("Tickets");
}
