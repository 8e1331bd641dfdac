using Helpdesk.Desk.Contracts;

namespace Helpdesk.Tickets;

/// <summary>The values that canned responses may name (mobieus 6.4).</summary>
internal static class Placeholders
{
    public static Dictionary<string, string> For(Ticket ticket, RequesterView requester, DeskSetup desk, Agent? agent, Tenant tenant) => new()
    {
        ["requester.name"] = requester.Name,
        ["requester.first_name"] = requester.FirstName,
        ["requester.email"] = requester.Email,
        ["ticket.reference"] = TicketView.ReferenceOf(ticket.Number),
        ["ticket.subject"] = ticket.Subject,
        ["ticket.status"] = WireName<TicketStatus>.Of(desk.Status(ticket.StatusId).Category.ToTicketStatus()),
        ["ticket.priority"] = WireName<Priority>.Of(ticket.Priority),
        ["queue.name"] = desk.Queue(ticket.QueueId)?.Name ?? "",
        ["agent.name"] = agent?.Name ?? (ticket.AssigneeId is { } id ? desk.Agent(id)?.Name ?? "" : ""),
        ["tenant.name"] = tenant.Name,
    };
}
