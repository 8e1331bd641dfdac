using System.Collections.Concurrent;
using System.Text;

namespace Helpdesk.Tickets;

/// <summary>
/// Writes the statements of the ticket list. Each combination of filters is a text of its own, so that each has its own prepared plan on
/// the index that fits; the texts are kept.
/// </summary>
internal static class TicketListSql
{
    /// <summary>Totals of free combinations and of searches are counted no further than this; the common ones are kept and exact.</summary>
    public const int MostCounted = 10_000;

    private const string Search = "tickets.found(@TenantId, @IsTest, @Words::tsquery, @Fragment, @Number, @MostCounted)";

    private static readonly ConcurrentDictionary<string, string> Texts = new();

    /// <summary>
    /// The rows of a page, one more than is shown. The limit is written out: a plan that does not know it is worth little, and PostgreSQL
    /// would plan anew for each request.
    /// </summary>
    public static string Page(TicketFilter filter, TicketListArgs args) => Page(filter, args, Ticket.OwnColumns);

    /// <summary>The same page, of which nothing but the versions is read.</summary>
    public static string PageVersions(TicketFilter filter, TicketListArgs args) => Page(filter, args, TicketVersion.Columns);

    private static string Page(TicketFilter filter, TicketListArgs args, string columns)
    {
        if (filter.Order.IsByTime)
            return RecencyPage(filter, args, columns);
        var order = OrderBy(filter.Order);
        var ofStatuses = IsOfStatusesOnly(filter);
        var rows = new StringBuilder($"select {(ofStatuses ? "t.id" : columns)} from tickets.ticket t where ").Append(Conditions(filter, args));
        if (ofStatuses)
            rows.Append(" and t.status_id = wanted.id");
        if (args.HasAfter)
            rows.Append(" and ").Append(After(filter.Order));
        rows.Append(order).Append(" limit ").Append(args.Most);
        // Each status has its newest ones in order in the index, all of them together have not: take the best of each, then of those.
        return Keep(!ofStatuses ? rows.ToString() : $"""
            select {columns} from (
                select t.id from unnest(@Statuses) wanted (id) cross join lateral ({rows}) t{order} limit {args.Most}) page
            join tickets.ticket t on t.tenant_id = @TenantId and t.id = page.id{order}
            """);
    }

    /// <summary>The rows of a page in the order of the last change, which has a table of its own.</summary>
    private static string RecencyPage(TicketFilter filter, TicketListArgs args, string columns)
    {
        var after = args.HasAfter ? $" and (c.updated_at, c.ticket_id) {(filter.Order.IsDescending ? "<" : ">")} (@AfterTime, @AfterId)" : "";
        var direction = filter.Order.IsDescending ? " desc" : "";
        return Keep($"""
            select {columns} from tickets.recency c join tickets.ticket t on t.tenant_id = @TenantId and t.id = c.ticket_id
            where {ChangedSince(filter, args)}{after} and {Conditions(filter, args, isSinceKnown: true)}
            order by c.updated_at{direction}, c.ticket_id{direction} limit {args.Most}
            """);
    }

    private static string ChangedSince(TicketFilter filter, TicketListArgs args) =>
        $"c.tenant_id = @TenantId and c.is_test = {(args.IsTest ? "true" : "false")}{(filter.UpdatedSince is null ? "" : " and c.updated_at >= @UpdatedSince")}";

    /// <summary>
    /// The rows of a page of a search, and behind the columns of each row how many tickets match: the search runs once for both. When the
    /// page is empty there is one row with nothing but that number.
    /// </summary>
    public static string Found(TicketFilter filter, TicketListArgs args)
    {
        var order = filter.Order;
        var key = order.Column.Length == 0 ? "" : $", {order.Column}";
        var hits = IsSearchOnly(filter) && key.Length == 0
            ? $"select found.id from {Search} found (id)"
            : $"""
                select t.id{key} from {Search} found (id)
                    join tickets.ticket t on t.tenant_id = @TenantId and t.id = found.id
                where {Conditions(filter, args)}
                """;
        var after = args.HasAfter ? $" where {After(order)}" : "";
        return Keep($"""
            with hits as materialized ({hits}), page as (select t.id from hits t{after}{OrderBy(order)} limit {args.Most})
            select {Ticket.OwnColumns}, total.count from (select count(*) from hits) total
            left join (page join tickets.ticket t on t.tenant_id = @TenantId and t.id = page.id) on true{OrderBy(order)}
            """);
    }

    /// <summary>The first page of a search that very many tickets match; no rows when a walk through the newest messages does not fill it.</summary>
    public static string Newest(TicketListArgs args) => Keep($"""
        select {Ticket.OwnColumns} from tickets.newest_found(@TenantId, @Words::tsquery, @Fragment, @Sign::tsquery, {args.Most}) found (id)
        join tickets.ticket t on t.tenant_id = @TenantId and t.id = found.id order by t.id desc
        """);

    /// <summary>What the first page of the newest may be remembered as; null for other pages, orders and filters.</summary>
    public static CommonSearch? CommonSearch(TicketFilter filter, TicketListArgs args) =>
        filter.Search is { Words: { } words, Number: null } search && filter.Order == TicketOrder.ById && !args.HasAfter && IsSearchOnly(filter)
            ? new(args.TenantId, words, search.Fragment)
            : null;

    /// <summary>How many tickets match: a sum of kept counts where there is one, else a count with a bound.</summary>
    public static string Count(TicketFilter filter, TicketListArgs args)
    {
        if (IsTallied(filter))
        {
            var sql = new StringBuilder("select coalesce(sum(y.count), 0)::bigint from tickets.tally y where y.tenant_id = @TenantId and y.is_test = @IsTest");
            if (filter.Assignees is null)
                sql.Append(" and y.kind = 'q'").Append(filter.Queues is null ? "" : " and y.owner_id = any(@Queues)");
            else
                sql.Append(" and y.kind = 'a' and y.owner_id = any(@Assignees)");
            return Keep(sql.Append(filter.Statuses is null ? "" : " and y.status_id = any(@Statuses)").ToString());
        }

        return Keep($"select count(*) from (select 1 from tickets.ticket t where {Conditions(filter, args)} limit {MostCounted}) matching");
    }

    /// <summary>Whether kept counts answer: only status and queue, or only status and assignee, are asked for.</summary>
    private static bool IsTallied(TicketFilter filter) =>
        (filter.Queues is null || filter.Assignees is null) && filter.Search is null && HasNoRarerFilter(filter);

    /// <summary>Whether the only filter is one of several statuses, in an order that the index of statuses has.</summary>
    private static bool IsOfStatusesOnly(TicketFilter filter) =>
        filter is { Statuses.Length: > 1, Queues: null, Assignees: null, Search: null, Order.Column: "" } && HasNoRarerFilter(filter);

    private static bool IsSearchOnly(TicketFilter filter) =>
        filter is { Statuses: null, Queues: null, Assignees: null } && HasNoRarerFilter(filter);

    private static bool HasNoRarerFilter(TicketFilter filter) => filter is
    {
        Priorities: null, Topics: null, Requesters: null, Emails: null, Tags: null, Sources: null, HasNoSlaMatch: false,
        CreatedFrom: null, CreatedTo: null, UpdatedSince: null,
    };

    private static string Conditions(TicketFilter filter, TicketListArgs args, bool isSinceKnown = false)
    {
        // Written out, not a parameter: the indexes are partial, and a plan must know which one it may use.
        var sql = new StringBuilder("t.tenant_id = @TenantId and ").Append(args.IsTest ? "t.is_test" : "not t.is_test");
        if (!IsOfStatusesOnly(filter))
            And(args.StatusId is not null, filter.Statuses, "t.status_id = @StatusId", "t.status_id = any(@Statuses)");
        And(false, filter.Priorities, "", "t.priority = any(@Priorities)");
        And(args.QueueId is not null, filter.Queues, "t.queue_id = @QueueId", "t.queue_id = any(@Queues)");
        And(false, filter.Topics, "", "t.help_topic_id = any(@Topics)");
        if (args.AssigneeId is 0)
            sql.Append(" and t.assignee_id is null");
        else
            And(args.AssigneeId is not null, filter.Assignees, "t.assignee_id = @AssigneeId", "coalesce(t.assignee_id, 0) = any(@Assignees)");
        And(args.RequesterId is not null, filter.Requesters, "t.requester_id = @RequesterId", "t.requester_id = any(@Requesters)");
        And(args.Email is not null, filter.Emails, """
            t.requester_id = (select e.id from tickets.requester e where e.tenant_id = @TenantId and e.email = @Email)
            """, """
            t.requester_id = any(array(
                select e.id from tickets.requester e where e.tenant_id = @TenantId and e.email = any(@Emails)))
            """);
        And(args.TagId is not null, filter.Tags, """
            t.id in (select g.ticket_id from tickets.ticket_tag g where g.tenant_id = @TenantId and g.tag_id = @TagId)
            """, """
            t.id in (select g.ticket_id from tickets.ticket_tag g where g.tenant_id = @TenantId and g.tag_id = any(@Tags))
            """);
        And(false, filter.Sources, "", "t.source = any(@Sources)");
        if (filter.HasNoSlaMatch)
            sql.Append(" and false");
        if (filter.CreatedFrom is not null)
            sql.Append(" and t.id >= @CreatedFrom");
        if (filter.CreatedTo is not null)
            sql.Append(" and t.id < @CreatedTo");
        if (filter.UpdatedSince is not null && !isSinceKnown)
            sql.Append(" and t.id in (select c.ticket_id from tickets.recency c where ").Append(ChangedSince(filter, args)).Append(')');
        return sql.ToString();

        void And<T>(bool isOne, T[]? values, string one, string any)
        {
            if (values is not null)
                sql.Append(" and ").Append(isOne ? one : any);
        }
    }

    private static string After(TicketOrder order)
    {
        var (value, id) = (order.IsByTime ? "@AfterTime" : "@AfterValue", order.IdIsDescending ? "t.id < @AfterId" : "t.id > @AfterId");
        if (order.Column.Length == 0)
            return id;
        if (order.IsDescending == order.IdIsDescending)
            return $"({order.Column}, t.id) {(order.IsDescending ? "<" : ">")} ({value}, @AfterId)";
        return $"{order.Column} >= {value} and ({order.Column} > {value} or {id})";
    }

    private static string OrderBy(TicketOrder order)
    {
        var id = order.IdIsDescending ? "t.id desc" : "t.id";
        return order.Column.Length == 0 ? $" order by {id}" : $" order by {order.Column}{(order.IsDescending ? " desc" : "")}, {id}";
    }

    private static string Keep(string text) => Texts.GetOrAdd(text, text);
}
