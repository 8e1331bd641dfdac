using Helpdesk.Desk.Contracts;
using Helpdesk.Notifications.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Notifications;

/// <summary>Makes mails of what waits, from what tenant, desk and tickets say at the moment.</summary>
internal sealed class MailComposer(ITenantDirectory tenants, IDeskCatalog desks, ITicketReader tickets, MailOptions options)
{
    /// <summary>
    /// Reads what these mails need. The answer makes them one by one: null where there is none to be sent, because the ticket, the
    /// recipient or a usable address is not there any more or an agent is not active.
    /// </summary>
    public async Task<Func<QueuedMail, Mail?>> ReadAsync(long tenantId, IReadOnlyList<QueuedMail> queued, CancellationToken ct)
    {
        // A tenant that is disabled may be enabled again.
        if (await tenants.FindAsync(tenantId, ct) is not { } tenant)
            return _ => throw new InvalidOperationException("The tenant is disabled.");
        var desk = await desks.GetAsync(tenantId);
        var facts = await tickets.ReadAsync(
            tenantId, [.. queued.Select(mail => mail.TicketId).Distinct()], [.. queued.Select(mail => mail.MessageId).OfType<long>().Distinct()], ct);
        return mail => Compose(mail, tenant, desk, facts);
    }

    private Mail? Compose(QueuedMail queued, Tenant tenant, DeskSetup desk, TicketFacts facts)
    {
        if (!facts.Tickets.TryGetValue(queued.TicketId, out var ticket))
            return null;
        var message = queued.MessageId is { } id ? facts.Messages.GetValueOrDefault(id) : null;
        // The rows of the queue name no notes; should one ever, it goes no further than here.
        if (message is { IsInternal: true } && queued.Kind is PrefScope.Requester)
            message = null;
        if (Recipient(queued, ticket, desk) is not { } recipient || !Mailbox.IsUsable(recipient.Address))
            return null;

        var from = MailOptions.ForTenant(options.From!, tenant.Slug);
        var domain = Mailbox.Domain(from)!;
        // Not the name of any mail that was sent: what hangs the mails of a ticket together for everybody, whichever of them they got.
        var thread = $"<ticket-{queued.TicketId}.{queued.TenantId}@{domain}>";
        var (text, html) = MailText.Of(queued, tenant, desk, ticket, message);
        return new(
            new(tenant.Name, from), recipient, $"[{ticket.Reference}] {ticket.Subject}", queued.CreatedAt,
            $"<event-{queued.EventId}.{(queued.Kind is PrefScope.Agent ? 'a' : 'r')}{queued.RecipientId}.{queued.TenantId}@{domain}>",
            [
                .. options.ReplyTo is { Length: > 0 } to ? [("Reply-To", Mailbox.ForWire(MailOptions.ForTenant(to, tenant.Slug)))] : Array.Empty<(string, string)>(),
                ("In-Reply-To", thread), ("References", thread), ("List-Id", $"{MimeText.Phrase(tenant.Name)} <{tenant.Slug}.helpdesk.{domain}>"),
                // Machines must not answer: neither out of office, nor another helpdesk.
                ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"),
            ],
            text, html);
    }

    private static Mailbox? Recipient(QueuedMail queued, TicketFact ticket, DeskSetup desk) => queued.Kind switch
    {
        PrefScope.Agent => desk.Agent(queued.RecipientId) is { IsActive: true } agent ? new(agent.Name, agent.Email) : null,
        PrefScope.Requester => ticket.RequesterId == queued.RecipientId ? new(ticket.RequesterName, ticket.RequesterEmail) : null,
        PrefScope.TenantDefault => null,
    };
}
