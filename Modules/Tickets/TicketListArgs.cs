using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Tickets;

/// <summary>The parameters of the list's statements; a statement takes those that it names.</summary>
internal sealed class TicketListArgs(long tenantId, bool isTest, TicketFilter filter, TicketKey? after, int most)
{
    public long TenantId => tenantId;
    public bool IsTest => isTest;
    public long? StatusId => Only(filter.Statuses);
    public long[]? Statuses => filter.Statuses;
    public short[]? Priorities => filter.Priorities;
    public long? QueueId => Only(filter.Queues);
    public long[]? Queues => filter.Queues;
    public long[]? Topics => filter.Topics;
    public long? AssigneeId => Only(filter.Assignees);
    public long[]? Assignees => filter.Assignees;
    public long? RequesterId => Only(filter.Requesters);
    public long[]? Requesters => filter.Requesters;
    public string? Email => filter.Emails is [var only] ? only : null;
    public string[]? Emails => filter.Emails;
    public long? TagId => Only(filter.Tags);
    public long[]? Tags => filter.Tags;
    public short[]? Sources => filter.Sources;
    public long? CreatedFrom => filter.CreatedFrom;
    public long? CreatedTo => filter.CreatedTo;
    public DateTime? UpdatedSince => filter.UpdatedSince;
    public string? Words => filter.Search?.Words;
    public string? Fragment => filter.Search?.Fragment;
    public string Sign => $"'{new SearchScope(tenantId, isTest).Prefix}':*";
    public int? Number => filter.Search?.Number;
    public long? AfterValue => after?.Value;
    public DateTime? AfterTime => after?.Time;
    public long? AfterId => after?.Id;
    public bool HasAfter => after is not null;
    public int Most => most;
    public int MostCounted { get; } = TicketListSql.MostCounted;

    private static long? Only(long[]? values) => values is [var only] ? only : null;
}
