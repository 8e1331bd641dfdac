using Helpdesk.Desk.Contracts;
using Helpdesk.Notifications.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Notifications;

/// <summary>
/// Writes down who is to be told of what: in the product a row for each event with all its recipients, by mail one for each recipient, since
/// each mail has a fate of its own. Sends nothing itself. Read again, an event makes no second row. Events of the test environment are told to
/// nobody.
/// </summary>
internal sealed class NotificationConsumer(
    Database database, IDeskCatalog desks, ITicketReader tickets, MailOptions mail, TimeProvider clock) : IFeedConsumer
{
    private const string From = """
        from unnest(@EventIds, @Kinds, @Ids, @Keys, @TicketIds, @MessageIds, @Statuses, @Times)
            as n(event_id, kind, id, event_key, ticket_id, message_id, status, at)
        """;

    private const string InAppSql = $"""
        insert into notifications.in_app as i (tenant_id, event_id, requester_id, agent_ids, event_key, ticket_id, message_id, status, created_at)
        select @TenantId, n.event_id, max(n.id) filter (where n.kind = 2), coalesce(array_agg(n.id order by n.id) filter (where n.kind = 1), array[]::bigint[]),
            n.event_key, n.ticket_id, n.message_id, n.status, n.at
        {From}
        group by n.event_id, n.event_key, n.ticket_id, n.message_id, n.status, n.at order by n.event_id
        on conflict do nothing
        returning i.event_id
        """;

    private const string MailSql = $"""
        insert into notifications.mail as m (tenant_id, event_id, recipient_kind, recipient_id, event_key, ticket_id, message_id, status, created_at,
            due_at)
        select @TenantId, n.event_id, n.kind, n.id, n.event_key, n.ticket_id, n.message_id, n.status, n.at, n.at
        {From}
        on conflict do nothing
        returning m.event_id
        """;

    public string Name => "notifications";

    public async Task HandleAsync(long tenantId, IReadOnlyList<FeedEvent> events, CancellationToken ct)
    {
        var desk = await desks.GetAsync(tenantId);
        // What is older than a mail may become is no news any more, such as the past of a desk that came over from elsewhere.
        var oldest = clock.GetUtcNow().UtcDateTime - Retry.GivesUpAfter;
        var happened = events.Where(one => !one.IsTest && one.At >= oldest).Select(one => Happening.Of(one, desk)).OfType<Happening>().ToList();
        if (happened.Count == 0)
            return;

        var facts = await tickets.ReadRecentAsync(
            tenantId, [.. happened.Select(what => what.TicketId).Distinct()], [.. happened.Select(what => what.TellingMessageId).OfType<long>().Distinct()], ct);
        var addressed = happened.SelectMany(what => Audience.Of(what, facts, desk)).ToList();
        var db = TenantDb.For(database, tenantId);
        var preferences = await Preferences.ReadAsync(db, IdsOf(addressed, PrefScope.Agent), IdsOf(addressed, PrefScope.Requester), ct);
        var inApp = addressed.Where(one => one.Wants(preferences, Channel.InApp)).ToList();
        var byMail = mail.IsOn ? addressed.Where(one => one.Wants(preferences, Channel.Email)).ToList() : [];
        if (inApp.Count + byMail.Count == 0)
            return;
        await db.ReadAsync([new(InAppSql, RowsOf(tenantId, inApp)), new(MailSql, RowsOf(tenantId, byMail))],
            async rows => (await rows.ListAsync<long>(ct), await rows.ListAsync<long>(ct)), ct);
    }

    private static long[] IdsOf(List<Addressed> addressed, PrefScope kind) =>
        [.. addressed.Where(one => one.Kind == kind).Select(one => one.Id).Distinct()];

    private static object RowsOf(long tenantId, List<Addressed> told) => new
    {
        TenantId = tenantId,
        EventIds = told.Select(one => one.What.Event.Id).ToArray(),
        Kinds = told.Select(one => (short)one.Kind).ToArray(),
        Ids = told.Select(one => one.Id).ToArray(),
        Keys = told.Select(one => one.What.Key).ToArray(),
        TicketIds = told.Select(one => one.What.TicketId).ToArray(),
        MessageIds = told.Select(one => one.What.MessageId).ToArray(),
        Statuses = told.Select(one => one.What.Status).ToArray(),
        Times = told.Select(one => one.What.Event.At).ToArray(),
    };
}
