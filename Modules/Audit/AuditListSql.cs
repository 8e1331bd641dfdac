namespace Helpdesk.Audit;

/// <summary>
/// The statements of the audit log, one for each combination of filters, so that each has a plan on the index that fits. The range of ids
/// is the range of times, and the place of the cursor. A page is read newest first through the partitions and stops when it is full.
/// </summary>
/// <remarks>
/// The limits are written out: a plan that does not know them is worth little. Without a filter that leads an index, the sorts of actors
/// (0 to 3) are read one by one, so that neither the test environment nor a rare sort makes anybody read past the others.
/// </remarks>
internal static class AuditListSql
{
    /// <summary>Rows of a page that the statements for few bring: one more than is shown.</summary>
    public const int Few = 50;

    private const string Select = $"select {LogRow.Columns} from log.event e";
    private const string Range = "e.tenant_id = @TenantId and e.is_test = @IsTest and e.id < @Before and e.id >= @From";
    private const string OfKey = $"{Range} and e.event_key = @EventKey";
    private const string OfTicket = $"""
        e.tenant_id = @TenantId and e.ticket_id = @TicketId and e.ticket_id is not null and e.is_test = @IsTest
        and e.id < @Before and e.id >= @From and (@EventKey is null or e.event_key = @EventKey) and (@ActorKind is null or e.actor_kind = @ActorKind)
        """;

    private const string Newest = "order by e.id desc limit 51";
    private const string NewestMany = "order by e.id desc limit 201";

    private const string Merged = "id, event_key, actor_kind, actor_id, actor_label, ip, is_test, subject_type, subject_id, ticket_id, changes, payload, at";

    private const string AllSql = $"""
        select {Merged} from (
            ({Select} where {Range} and e.actor_kind = 0 {Newest}) union all ({Select} where {Range} and e.actor_kind = 1 {Newest}) union all
            ({Select} where {Range} and e.actor_kind = 2 {Newest}) union all ({Select} where {Range} and e.actor_kind = 3 {Newest})) e {Newest}
        """;

    private const string ManyAllSql = $"""
        select {Merged} from (
            ({Select} where {Range} and e.actor_kind = 0 {NewestMany}) union all ({Select} where {Range} and e.actor_kind = 1 {NewestMany}) union all
            ({Select} where {Range} and e.actor_kind = 2 {NewestMany}) union all ({Select} where {Range} and e.actor_kind = 3 {NewestMany})) e {NewestMany}
        """;

    private const string KeySql = $"""
        select {Merged} from (
            ({Select} where {OfKey} and e.actor_kind = 0 {Newest}) union all ({Select} where {OfKey} and e.actor_kind = 1 {Newest}) union all
            ({Select} where {OfKey} and e.actor_kind = 2 {Newest}) union all ({Select} where {OfKey} and e.actor_kind = 3 {Newest})) e {Newest}
        """;

    private const string ManyKeySql = $"""
        select {Merged} from (
            ({Select} where {OfKey} and e.actor_kind = 0 {NewestMany}) union all ({Select} where {OfKey} and e.actor_kind = 1 {NewestMany}) union all
            ({Select} where {OfKey} and e.actor_kind = 2 {NewestMany}) union all ({Select} where {OfKey} and e.actor_kind = 3 {NewestMany})) e {NewestMany}
        """;

    private const string ActorSql = $"{Select} where {Range} and e.actor_kind = @ActorKind {Newest}";
    private const string ManyActorSql = $"{Select} where {Range} and e.actor_kind = @ActorKind {NewestMany}";
    private const string KeyAndActorSql = $"{Select} where {OfKey} and e.actor_kind = @ActorKind {Newest}";
    private const string ManyKeyAndActorSql = $"{Select} where {OfKey} and e.actor_kind = @ActorKind {NewestMany}";
    private const string TicketSql = $"{Select} where {OfTicket} {Newest}";
    private const string ManyTicketSql = $"{Select} where {OfTicket} {NewestMany}";

    // Totals are counted no further than this, as the ticket list does with free combinations.
    private const string CountAllSql = $"select count(*) from (select 1 from log.event e where {Range} limit 10000) matching";
    private const string CountActorSql = $"select count(*) from (select 1 from log.event e where {Range} and e.actor_kind = @ActorKind limit 10000) matching";
    private const string CountKeySql = $"select count(*) from (select 1 from log.event e where {OfKey} limit 10000) matching";
    private const string CountKeyAndActorSql = $"select count(*) from (select 1 from log.event e where {OfKey} and e.actor_kind = @ActorKind limit 10000) matching";
    private const string CountTicketSql = $"select count(*) from (select 1 from log.event e where {OfTicket} limit 10000) matching";

    /// <summary>The rows of a page, newest first.</summary>
    public static string Page(ListAudit filter, bool many) => (filter.TicketId, filter.EventKey, filter.ActorKind) switch
    {
        ({ }, _, _) => many ? ManyTicketSql : TicketSql,
        (null, { }, { }) => many ? ManyKeyAndActorSql : KeyAndActorSql,
        (null, { }, null) => many ? ManyKeySql : KeySql,
        (null, null, { }) => many ? ManyActorSql : ActorSql,
        _ => many ? ManyAllSql : AllSql,
    };

    /// <summary>How many match.</summary>
    public static string Count(ListAudit filter) => (filter.TicketId, filter.EventKey, filter.ActorKind) switch
    {
        ({ }, _, _) => CountTicketSql,
        (null, { }, { }) => CountKeyAndActorSql,
        (null, { }, null) => CountKeySql,
        (null, null, { }) => CountActorSql,
        _ => CountAllSql,
    };
}
