namespace Helpdesk.Tickets;

/// <summary>Reads single tickets, in the caller's environment.</summary>
internal sealed class TicketStore(TenantDb db, RequestContext context, TicketTurns turns, KnownTickets known) : IDisposable
{
    private const string Select = $"select {Ticket.Columns} from {Ticket.Tables} where t.tenant_id = @TenantId and t.is_test = @IsTest and ";

    private const string ByIdSql = Select + "t.id = @Id";
    private const string ByNumberSql = Select + "t.number = @Number";

    private const string SelectVersion =
        $"select {TicketVersion.Columns} from tickets.ticket t where t.tenant_id = @TenantId and t.is_test = @IsTest and ";

    private const string VersionByIdSql = SelectVersion + "t.id = @Id";
    private const string VersionByNumberSql = SelectVersion + "t.number = @Number";

    /// <summary>Entries that a ticket shows; one more is read, which tells that there are more.</summary>
    private const int MostEntries = 100;

    private const string ThreadByIdSql = $"""
        select {MessageView.Columns} from tickets.message m
        where m.tenant_id = @TenantId and m.ticket_id = @Id order by m.id limit 101
        """;

    private const string ThreadByNumberSql = $"""
        select {MessageView.Columns} from tickets.message m
        where m.tenant_id = @TenantId
            and m.ticket_id = (select t.id from tickets.ticket t where t.tenant_id = @TenantId and t.number = @Number)
        order by m.id limit 101
        """;

    private const string ConversationByIdSql = $"""
        select {MessageView.Columns} from tickets.message m
        where m.tenant_id = @TenantId and m.ticket_id = @Id and m.kind = 0 and not m.is_internal order by m.id desc limit 1000
        """;

    private const string ConversationByNumberSql = $"""
        select {MessageView.Columns} from tickets.message m
        where m.tenant_id = @TenantId
            and m.ticket_id = (select t.id from tickets.ticket t where t.tenant_id = @TenantId and t.number = @Number)
            and m.kind = 0 and not m.is_internal
        order by m.id desc limit 1000
        """;

    private TicketRef? _turn;
    private TicketAndRequester? _found;
    private Ticket? _recalled;
    private Ticket? _next;

    /// <summary>
    /// The ticket and who asks, or null; for requests that change it. Theirs is the turn until they are committed or refused. It may be remembered
    /// and have changed since: then the write, which is on condition of the version, fails, and the request decides again on what is there.
    /// </summary>
    public async Task<(Ticket Ticket, RequesterView Requester)?> FindToChangeAsync(string reference, CancellationToken ct)
    {
        if (TicketRef.Parse(reference) is not { } wanted)
            return null;
        if (_turn is null)
        {
            await turns.TakeAsync(db.TenantId, wanted, ct);
            _turn = wanted;
        }

        (_found, _next) = (null, null);
        db.AfterCommit(Committed);
        if (db.MayRecall && known.Find(Name(wanted)) is { } written)
        {
            db.Recalls();
            (_found, _recalled) = (written, written.Ticket);
            return (written.Ticket, written.Requester);
        }

        var found = await FindAsync(reference, ct);
        if (found is var (ticket, requester))
            _found = new(ticket, requester);
        if (_recalled is { } recalled && (_found is null || _found.Ticket.Version != recalled.Version))
            known.WasMisled(db.TenantId);
        _recalled = null;
        return found;
    }

    /// <summary>Says what the ticket that was found to be changed will be, once the request is committed.</summary>
    public void WillBe(Ticket ticket)
    {
        if (ticket.Id == _found?.Ticket.Id)
            _next = ticket;
    }

    /// <summary>The ticket and who asks, or null.</summary>
    public async Task<(Ticket Ticket, RequesterView Requester)?> FindAsync(string reference, CancellationToken ct)
    {
        if (TicketRef.Parse(reference) is not { } wanted)
            return null;
        var args = new { db.TenantId, context.Caller.IsTest, wanted.Id, wanted.Number };
        var sql = wanted.Id is null ? ByNumberSql : ByIdSql;
        return await db.ReadAsync([new(sql, args)], async rows => FirstOf(await rows.ListAsync(Ticket.Read, 1, ct)), ct);
    }

    /// <summary>
    /// The ticket, who asks, and the oldest entries of its thread, in one round trip; or null. Of a ticket that is known nothing but the version is
    /// read, and the rest only when that is a new one.
    /// </summary>
    public async Task<TicketWithThread?> FindWithThreadAsync(string reference, CancellationToken ct)
    {
        if (TicketRef.Parse(reference) is not { } wanted)
            return null;
        if (known.FindThread(Name(wanted)) is { } seen)
        {
            if (await VersionAsync(wanted, ct) == TicketVersion.Of(seen.Ticket))
                return seen;
            known.Forget(db.TenantId, context.Caller.IsTest, seen.Ticket);
        }

        if (await FindWithAsync(wanted, ThreadByIdSql, ThreadByNumberSql, ct) is not var (ticket, requester, thread))
            return null;
        // The thread is read after the ticket, so an entry of the next version may be in it; then no later look can find this version.
        var isTruncated = thread.Count > MostEntries;
        if (isTruncated)
            thread.RemoveAt(MostEntries);
        var read = new TicketWithThread(ticket, requester, thread, isTruncated);
        known.Keep(Name(wanted), read);
        return read;
    }

    /// <summary>The ticket, who asks, and its newest public messages, oldest first, in one round trip; or null.</summary>
    public async Task<(Ticket Ticket, RequesterView Requester, List<MessageView> Thread)?> FindWithConversationAsync(TicketRef wanted, CancellationToken ct)
    {
        var found = await FindWithAsync(wanted, ConversationByIdSql, ConversationByNumberSql, ct);
        found?.Thread.Reverse();
        return found;
    }

    private void Committed()
    {
        // Before the next one has the turn.
        if (_next is { } next)
            known.Keep(db.TenantId, context.Caller.IsTest, new(next, _found!.Requester));
        else if (_found is { } found)
            known.Forget(db.TenantId, context.Caller.IsTest, found.Ticket);
        Dispose();
    }

    private TicketName Name(TicketRef reference) => new(db.TenantId, context.Caller.IsTest, reference);

    /// <summary>Passes the turn on, if it is here.</summary>
    public void Dispose()
    {
        if (_turn is { } turn)
            turns.Pass(db.TenantId, turn);
        _turn = null;
    }

    private Task<TicketVersion?> VersionAsync(TicketRef wanted, CancellationToken ct)
    {
        var args = new { db.TenantId, context.Caller.IsTest, wanted.Id, wanted.Number };
        return db.ReadAsync(
            [new(wanted.Id is null ? VersionByNumberSql : VersionByIdSql, args)],
            async rows => await rows.ListAsync(TicketVersion.Read, 1, ct) is [var version] ? version : (TicketVersion?)null,
            ct);
    }

    private Task<(Ticket Ticket, RequesterView Requester, List<MessageView> Thread)?> FindWithAsync(
        TicketRef wanted, string byId, string byNumber, CancellationToken ct)
    {
        var args = new { db.TenantId, context.Caller.IsTest, wanted.Id, wanted.Number };
        Statement[] statements = wanted.Id is null
            ? [new(ByNumberSql, args), new(byNumber, args)]
            : [new(ByIdSql, args), new(byId, args)];
        return db.ReadAsync(statements, async rows =>
        {
            if (FirstOf(await rows.ListAsync(Ticket.Read, 1, ct)) is not { } found)
                return ((Ticket, RequesterView, List<MessageView>)?)null;
            return (found.Ticket, found.Requester, await rows.ListAsync(MessageView.Read, 8, ct));
        }, ct);
    }

    private static (Ticket Ticket, RequesterView Requester)? FirstOf(List<(Ticket, RequesterView)> found) => found.Count == 0 ? null : found[0];
}
