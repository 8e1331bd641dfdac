using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Data;
using Helpdesk.Tags.Contracts;
using Helpdesk.Tickets;

namespace Helpdesk.Architecture.Tests;

/// <summary>The statements that the ticket list can write: every filter alone and every two together, in every order.</summary>
internal static class TicketListTexts
{
    public static readonly ListTickets NoFilter =
        new(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    private static readonly DateTime Day = new(2026, 1, 31, 0, 0, 0, DateTimeKind.Utc);

    private static readonly TagSet Tags = new([new(5, "red", "Red", "#ff0000"), new(6, "blue", "Blue", "#0000ff")]);

    private static readonly DeskSetup Desk = new([], [], [],
    [
        new(1, "new", "New", StatusCategory.New, true), new(2, "open", "Open", StatusCategory.Open, true),
        new(3, "assigned", "Assigned", StatusCategory.Open, false), new(4, "closed", "Closed", StatusCategory.Closed, true),
    ], 7);

    // One value and several are other texts where an index wants equality.
    private static readonly (string Name, Func<ListTickets, ListTickets> Set)[] Filters =
    [
        ("one status", list => list with { Status = "new" }), ("statuses", list => list with { Status = "open,closed" }),
        ("a status that the tenant lacks", list => list with { Status = "on_hold" }),
        ("priorities", list => list with { Priority = "high,low" }),
        ("one queue", list => list with { QueueId = "7" }), ("queues", list => list with { QueueId = "7,8" }),
        ("topics", list => list with { HelpTopicId = "9" }),
        ("one assignee", list => list with { AssigneeId = "10" }), ("nobody", list => list with { AssigneeId = "none" }),
        ("assignees", list => list with { AssigneeId = "10,none" }),
        ("one requester", list => list with { RequesterId = "11" }), ("requesters", list => list with { RequesterId = "11,12" }),
        ("one address", list => list with { RequesterEmail = "a@b.example" }),
        ("addresses", list => list with { RequesterEmail = "a@b.example,c@d.example" }),
        ("one tag", list => list with { Tag = "red" }), ("tags", list => list with { Tag = "red,blue" }),
        ("unknown tag", list => list with { Tag = "green" }),
        ("sources", list => list with { Source = "api,email" }),
        ("no service level", list => list with { SlaState = "none" }), ("service level", list => list with { SlaState = "breached" }),
        ("words", list => list with { Q = "broken lamp" }), ("a reference", list => list with { Q = "HD-000042" }),
        ("signs", list => list with { Q = "%_" }),
        ("created since", list => list with { CreatedSince = Day }), ("created before", list => list with { CreatedBefore = Day }),
        ("updated since", list => list with { UpdatedSince = Day }),
    ];

    /// <summary>All of them, each text once, with a name that says what it is for.</summary>
    public static IEnumerable<(string Name, Statement Statement)> All() =>
        (from request in Requests()
         from order in TicketOrder.Every
         from isTest in new[] { false, true }
         from after in new TicketKey?[] { null, new(1_700_000_000_000_000, 42) }
         from statement in Of(request.List with { Sort = order.Name }, isTest, after)
         select ($"{request.Name}, sorted by {order.Name}{(isTest ? ", test" : "")}{(after is null ? "" : ", next page")}", statement))
        .DistinctBy(pair => pair.statement.Sql);

    /// <summary>The page and the count of one list; of a search, both in one, and the walk for its first page where there is one.</summary>
    public static Statement[] Of(ListTickets list, bool isTest, TicketKey? after, long tenantId = 1, int most = 51)
    {
        var filter = TicketFilter.Parse(list, new(tenantId, isTest), Desk, Tags).Value;
        var args = new TicketListArgs(tenantId, isTest, filter, after, most);
        return filter.Search is null
            ? [new(TicketListSql.Page(filter, args), args), new(TicketListSql.Count(filter, args), args)]
            : TicketListSql.CommonSearch(filter, args) is null
                ? [new(TicketListSql.Found(filter, args), args)]
                : [new(TicketListSql.Found(filter, args), args), new(TicketListSql.Newest(args), args)];
    }

    private static IEnumerable<(string Name, ListTickets List)> Requests()
    {
        yield return ("all", NoFilter);
        for (var i = 0; i < Filters.Length; i++)
        {
            yield return (Filters[i].Name, Filters[i].Set(NoFilter));
            for (var j = i + 1; j < Filters.Length; j++)
                yield return ($"{Filters[i].Name} and {Filters[j].Name}", Filters[j].Set(Filters[i].Set(NoFilter)));
        }
    }
}
