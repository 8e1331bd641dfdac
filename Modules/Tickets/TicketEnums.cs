using Helpdesk.Desk.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Where a ticket stands, in the words of the native dialect.</summary>
public enum TicketStatus
{
    /// <summary>Nobody has answered yet.</summary>
    New,

    /// <summary>Being worked on.</summary>
    Open,

    /// <summary>Waits for the requester.</summary>
    Pending,

    /// <summary>Waits for something else.</summary>
    OnHold,

    /// <summary>Done; the requester may still reopen it for a while.</summary>
    Resolved,

    /// <summary>Done for good: what follows needs a new ticket.</summary>
    Closed,
}

/// <summary>How pressing a ticket is. The numbers are the stored ones.</summary>
public enum Priority
{
    /// <summary>Before everything else.</summary>
    Urgent = 1,

    /// <summary>Before the usual.</summary>
    High = 2,

    /// <summary>The usual.</summary>
    Normal = 3,

    /// <summary>When there is time.</summary>
    Low = 4,
}

/// <summary>How a ticket came in.</summary>
public enum TicketSource
{
    /// <summary>By a program.</summary>
    Api,

    /// <summary>By a form.</summary>
    Portal,

    /// <summary>By mail.</summary>
    Email,

    /// <summary>By telephone.</summary>
    Phone,

    /// <summary>By chat.</summary>
    Chat,
}

/// <summary>Between the native words and what is stored.</summary>
internal static class TicketStatusNames
{
    /// <summary>How a category reads in the native dialect: a merged ticket reads as closed.</summary>
    public static TicketStatus ToTicketStatus(this StatusCategory category) => category switch
    {
        StatusCategory.New => TicketStatus.New,
        StatusCategory.Open => TicketStatus.Open,
        StatusCategory.Pending => TicketStatus.Pending,
        StatusCategory.OnHold => TicketStatus.OnHold,
        StatusCategory.Resolved => TicketStatus.Resolved,
        StatusCategory.Closed or StatusCategory.Merged => TicketStatus.Closed,
    };

    /// <summary>The category that a native status is written as.</summary>
    public static StatusCategory ToCategory(this TicketStatus status) => status switch
    {
        TicketStatus.New => StatusCategory.New,
        TicketStatus.Open => StatusCategory.Open,
        TicketStatus.Pending => StatusCategory.Pending,
        TicketStatus.OnHold => StatusCategory.OnHold,
        TicketStatus.Resolved => StatusCategory.Resolved,
        TicketStatus.Closed => StatusCategory.Closed,
    };
}
