namespace Helpdesk.Tickets;

/// <summary>
/// Tickets with their threads, as this process has read them more than once lately. Whatever happens to a ticket or its thread gives the
/// ticket a new version, so who has the version from the database knows whether what is here is still true.
/// </summary>
internal sealed class KnownTickets
{
    // In bytes, roughly: up to 16 MB in both halves.
    private const long Half = 8 << 20;
    private const int Longest = 256 << 10;

    private readonly Recent<(long TenantId, bool IsTest, TicketRef Ref), TicketWithThread> _recent = new(Half);

    /// <summary>The ticket as it was, or null. To be used only after a look at its version.</summary>
    public TicketWithThread? Find(long tenantId, bool isTest, TicketRef reference) => _recent.Find((tenantId, isTest, reference));

    /// <summary>Keeps what was read, when the same was read before.</summary>
    public void Keep(long tenantId, bool isTest, TicketRef reference, TicketWithThread read)
    {
        var key = (tenantId, isTest, reference);
        if (!_recent.IsAskedAgain(key, read.Ticket.Version))
            return;
        var weight = 1_000 + read.Messages.Sum(message => 200 + 2 * message.BodyMd.Length);
        if (weight <= Longest)
            _recent.Keep(key, read, weight);
    }
}

/// <summary>A ticket with the oldest entries of its thread, as one version of it has them.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="Messages">The entries, oldest first.</param>
/// <param name="IsTruncated">Whether there are more.</param>
internal sealed record TicketWithThread(Ticket Ticket, RequesterView Requester, IReadOnlyList<MessageView> Messages, bool IsTruncated);
