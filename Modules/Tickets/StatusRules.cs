using Helpdesk.Desk.Contracts;

namespace Helpdesk.Tickets;

/// <summary>When a ticket's status may change, and what changes with it (mobieus 5.1, "Status rules").</summary>
internal static class StatusRules
{
    /// <summary>Whether nothing may be written to the ticket any more.</summary>
    public static bool IsFinal(StatusCategory category) => category is StatusCategory.Closed or StatusCategory.Merged;

    /// <summary>Whether the ticket counts as open work.</summary>
    public static readonly StatusCategory[] OpenWork =
        [StatusCategory.New, StatusCategory.Open, StatusCategory.Pending, StatusCategory.OnHold];

    /// <summary>
    /// The ticket in another category. In the category that it is in already, it keeps its finer status and everything else.
    /// </summary>
    public static Ticket Change(Ticket ticket, StatusCategory to, DeskSetup desk, DateTime now)
    {
        if (desk.Status(ticket.StatusId).Category == to)
            return ticket;
        return ticket with
        {
            StatusId = desk.DefaultStatus(to).Id,
            // Set on entry; a closed ticket keeps the time of its resolution, a reopened one has none.
            ResolvedAt = to switch
            {
                StatusCategory.Resolved => now,
                StatusCategory.Closed => ticket.ResolvedAt,
                _ => null,
            },
            ClosedAt = to is StatusCategory.Closed ? now : null,
        };
    }

    /// <summary>Where a public answer by the team takes a ticket: a new one is open from then on.</summary>
    public static StatusCategory AfterAgentReply(StatusCategory present) =>
        present is StatusCategory.New ? StatusCategory.Open : present;

    /// <summary>Where the requester's word takes a ticket: whatever waited is open again.</summary>
    public static StatusCategory AfterRequesterReply(StatusCategory present) =>
        present is StatusCategory.Pending or StatusCategory.OnHold or StatusCategory.Resolved ? StatusCategory.Open : present;

    /// <summary>Why the requester may not write to the ticket; null when it may be.</summary>
    public static Error? WhyNotReopen(Ticket ticket, StatusCategory present, TimeSpan window, DateTime now) =>
        present is StatusCategory.Resolved && ticket.ResolvedAt is { } resolved && now - resolved > window
            ? TicketErrors.ReopenWindowExpired
            : null;
}
