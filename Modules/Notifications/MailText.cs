using System.Net;
using System.Text;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Notifications;

/// <summary>
/// What mails say, as plain text and as HTML. The templates are code and no text of tenants; what people wrote stands in them as it is, and
/// in HTML with every character that could mean something there escaped: their Markdown is shown, not run.
/// </summary>
internal static class MailText
{
    public static (string Text, string Html) Of(QueuedMail queued, Tenant tenant, DeskSetup desk, TicketFact ticket, MessageFact? message)
    {
        var isAgent = queued.Kind is PrefScope.Agent;
        var lead = isAgent ? ForAgent(queued, desk, ticket, message) : ForRequester(queued, tenant, desk, message);
        // A receipt repeats nothing: anybody can have one sent to anybody.
        var quote = ShowsMessage(queued.EventKey) && (isAgent || queued.EventKey != EventKeys.Created) ? message?.BodyMd : null;
        var facts = Facts(isAgent, desk, ticket);
        return (Text(lead, quote, facts, tenant), Html(lead, quote, facts, tenant));
    }

    private static string ForAgent(QueuedMail queued, DeskSetup desk, TicketFact ticket, MessageFact? message) => queued.EventKey switch
    {
        EventKeys.Created => $"{ticket.RequesterName} opened this ticket:",
        EventKeys.Assigned => "This ticket is yours now.",
        EventKeys.RequesterReplied or EventKeys.AgentReplied => $"{message?.Author.Name} replied:",
        EventKeys.StatusChanged => $"The status of this ticket is now {StatusOf(queued, desk)?.Label}.",
        EventKeys.Resolved => "This ticket was resolved.",
        EventKeys.Closed => "This ticket was closed.",
        EventKeys.SlaWarning => "The time for this ticket is running out.",
        EventKeys.SlaBreached => "The time for this ticket is up.",
        _ => "This ticket changed.",
    };

    // Requesters see the category and no finer status, and no names of programs: those are the tenant's own affair.
    private static string ForRequester(QueuedMail queued, Tenant tenant, DeskSetup desk, MessageFact? message) => queued.EventKey switch
    {
        EventKeys.Created => "We have received your request.",
        EventKeys.Assigned => "Somebody is looking after your request now.",
        EventKeys.RequesterReplied or EventKeys.AgentReplied =>
            $"{(message?.Author is { Kind: ActorKind.Agent or ActorKind.Requester } author ? author.Name : tenant.Name)} replied:",
        EventKeys.StatusChanged => $"The status of your request is now {Word(StatusOf(queued, desk)?.Category ?? StatusCategory.Open)}.",
        EventKeys.Resolved => "Your request was resolved.",
        EventKeys.Closed => "Your request was closed.",
        EventKeys.SlaWarning or EventKeys.SlaBreached => "Your request takes longer than we want it to.",
        _ => "Your request changed.",
    };

    private static bool ShowsMessage(string eventKey) =>
        eventKey is EventKeys.Created or EventKeys.RequesterReplied or EventKeys.AgentReplied;

    private static (string Label, string Value)[] Facts(bool isAgent, DeskSetup desk, TicketFact ticket)
    {
        var status = desk.Statuses.FirstOrDefault(one => one.Id == ticket.StatusId);
        (string, string)[] all = [("Reference", ticket.Reference), ("Subject", ticket.Subject)];
        return isAgent
            ?
            [
                .. all, ("Requester", $"{ticket.RequesterName} <{ticket.RequesterEmail}>"), ("Queue", desk.Queue(ticket.QueueId)?.Name ?? ""),
                ("Priority", WireName<Priority>.Of(ticket.Priority)), ("Status", status?.Label ?? ""),
            ]
            : [.. all, ("Status", Word(status?.Category ?? StatusCategory.Open))];
    }

    private static Status? StatusOf(QueuedMail queued, DeskSetup desk) => desk.Statuses.FirstOrDefault(status => status.Key == queued.Status);

    private static string Word(StatusCategory category) => category switch
    {
        StatusCategory.New => "new",
        StatusCategory.Open => "open",
        StatusCategory.Pending => "waiting for you",
        StatusCategory.OnHold => "on hold",
        StatusCategory.Resolved => "resolved",
        StatusCategory.Closed or StatusCategory.Merged => "closed",
    };

    private static string Text(string lead, string? quote, (string Label, string Value)[] facts, Tenant tenant)
    {
        var text = new StringBuilder(lead).Append("\n\n");
        if (quote is not null)
            text.Append(quote.TrimEnd()).Append("\n\n");
        // What mail programs know as the beginning of the signature.
        text.Append("-- \n");
        foreach (var (label, value) in facts)
            text.Append(label).Append(": ").Append(OneLine(value)).Append('\n');
        return Clean(text.Append(OneLine(tenant.Name)).ToString());
    }

    private static string Html(string lead, string? quote, (string Label, string Value)[] facts, Tenant tenant)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html><body>\n<p>").Append(Escape(lead)).Append("</p>\n");
        if (quote is not null)
            html.Append("<blockquote>").Append(Escape(quote.TrimEnd())).Append("</blockquote>\n");
        html.Append("<hr>\n<p>");
        foreach (var (label, value) in facts)
            html.Append(label).Append(": ").Append(Escape(OneLine(value))).Append("<br>\n");
        return html.Append(Escape(OneLine(tenant.Name))).Append("</p>\n</body></html>").ToString();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(Clean(text)).Replace("\n", "<br>\n", StringComparison.Ordinal);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Clean(string text) =>
        string.Concat(text.ReplaceLineEndings("\n").Where(c => !char.IsControl(c) || c is '\n' or '\t'));
}
