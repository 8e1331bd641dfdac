using System.ComponentModel;
namespace Helpdesk.Tickets;

/// <summary>The thread of a ticket, oldest first.</summary>
/// <param name="Ref">The ticket's reference, such as <c>HD-000042</c> in any letter case, or its id.</param>
/// <param name="IncludeInternal">Whether internal notes are listed; true when absent.</param>
/// <param name="IncludeSystem">Whether system entries are listed; true when absent.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.TicketsRead)]
[Refuses(ErrorKind.NotFound, "ticket_not_found")]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListMessages(
    [FromRoute] string Ref, [DefaultValue(true)] bool? IncludeInternal, [DefaultValue(true)] bool? IncludeSystem, string? Cursor, int? Limit)
    : IQuery<Page<MessageView>>;

internal sealed class ListMessagesHandler(TenantDb db, RequestContext context) : IRequestHandler<ListMessages, Result<Page<MessageView>>>
{
    private const string FindSql = """
        select t.id from tickets.ticket t
        where t.tenant_id = @TenantId and t.is_test = @IsTest and (t.id = @Id or t.number = @Number)
        """;

    private const string Matching = """
        m.tenant_id = @TenantId and m.ticket_id = (
            select t.id from tickets.ticket t
            where t.tenant_id = @TenantId and t.is_test = @IsTest and (t.id = @Id or t.number = @Number))
        and (@Internal or not m.is_internal) and (@System or m.kind <> 2)
        """;

    private const string PageSql = $"""
        select {MessageView.Columns} from tickets.message m where {Matching} and m.id > @After order by m.id limit @Most
        """;

    private const string CountSql = $"select count(*) from tickets.message m where {Matching}";

    public async Task<Result<Page<MessageView>>> Handle(ListMessages request, CancellationToken cancellationToken)
    {
        if (TicketRef.Parse(request.Ref) is not { } wanted)
            return TicketErrors.NotFound;
        var (withInternal, withSystem) = (request.IncludeInternal ?? true, request.IncludeSystem ?? true);
        var list = $"messages {db.TenantId} {context.Caller.IsTest} {wanted} {withInternal} {withSystem}";
        var after = 0L;
        if (request.Cursor is not null && (Cursor.Decode(request.Cursor, list, 1) is not [var last] || !long.TryParse(last, out after)))
            return Cursor.Invalid;
        var limit = Paging.Limit(request.Limit);
        var args = new
        {
            db.TenantId,
            context.Caller.IsTest,
            wanted.Id,
            wanted.Number,
            Internal = withInternal,
            System = withSystem,
            After = after,
            Most = limit + 1,
        };

        var (ticketId, messages, total) = await db.ReadAsync([new(FindSql, args), new(PageSql, args), new(CountSql, args)], async rows => (
            await rows.SingleOrDefaultAsync<long?>(cancellationToken),
            await rows.ListAsync(MessageView.Read, limit + 1, cancellationToken),
            await rows.SingleOrDefaultAsync<long>(cancellationToken)), cancellationToken);
        if (ticketId is null)
            return TicketErrors.NotFound;
        var hasMore = messages.Count > limit;
        if (hasMore)
            messages.RemoveAt(limit);
        return new Page<MessageView>(messages, hasMore ? Cursor.Encode(list, messages[^1].Id.ToString()) : null, total);
    }
}

internal sealed class ListMessagesEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/tickets/{ref}/messages", Slice.Listed<ListMessages, MessageView>())
        .WithSummary("List a ticket's messages").WithTags("Tickets");
}
