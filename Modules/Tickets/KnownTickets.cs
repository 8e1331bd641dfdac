namespace Helpdesk.Tickets;

/// <summary>
/// Tickets as this process has read or written them lately. Whatever happens to a ticket or its thread gives the ticket a new version. So who has
/// the version from the database knows whether what is here is still true, and who writes on condition of the version can decide on what is
/// here.
/// </summary>
internal sealed class KnownTickets
{
    // Weights are bytes, roughly. In both halves up to 16 MB of threads and 8 MB of tickets that were written.
    private const long HalfOfThreads = 8 << 20;
    private const long HalfOfWritten = 4 << 20;
    private const int Longest = 256 << 10;

    // After one decision in vain: more often than one time in so many it is not worth trying.
    private const int Caution = 200;

    private readonly Recent<TicketName, TicketWithThread> _threads = new(HalfOfThreads);
    private readonly Recent<TicketName, TicketAndRequester> _written = new(HalfOfWritten);
    private readonly Recent<long, Misled> _misled = new(1_000);

    /// <summary>The ticket with its thread as it was, or null. To be used only after a look at its version.</summary>
    public TicketWithThread? FindThread(TicketName name) => _threads.Find(name);

    /// <summary>Keeps what was read, when the same was read before.</summary>
    public void Keep(TicketName name, TicketWithThread read)
    {
        if (!_threads.IsAskedAgain(name, read.Ticket.Version))
            return;
        var weight = read.Ticket.Weight + read.Messages.Sum(message => 300 + 2 * (message.BodyMd.Length + (message.Event?.Text.Length ?? 0)));
        if (weight <= Longest)
            _threads.Keep(name, read, weight);
    }

    /// <summary>The ticket as it was, or null. To be used only by who writes on condition of its version.</summary>
    public TicketAndRequester? Find(TicketName name) =>
        _misled.Find(name.TenantId) is { Left: > 0 } misled && Interlocked.Decrement(ref misled.Left) >= 0 ? null : _written.Find(name);

    /// <summary>Says that somebody else had changed what was found: others write to the tenant's tickets, so the next ones are better read.</summary>
    public void WasMisled(long tenantId) => _misled.Keep(tenantId, new Misled { Left = Caution });

    /// <summary>Keeps what was committed, under both of its names: whoever uses the other one next should not be misled.</summary>
    public void Keep(long tenantId, bool isTest, TicketAndRequester written)
    {
        Forget(tenantId, isTest, written.Ticket);
        if (written.Ticket.Weight > Longest)
            return;
        foreach (var name in NamesOf(tenantId, isTest, written.Ticket))
            _written.Keep(name, written, written.Ticket.Weight / 2);
    }

    /// <summary>Lets go of a ticket that has changed.</summary>
    public void Forget(long tenantId, bool isTest, Ticket ticket)
    {
        foreach (var name in NamesOf(tenantId, isTest, ticket))
        {
            _threads.Forget(name);
            _written.Forget(name);
        }
    }

    private static ReadOnlySpan<TicketName> NamesOf(long tenantId, bool isTest, Ticket ticket) =>
        new TicketName[] { new(tenantId, isTest, new(ticket.Id, null)), new(tenantId, isTest, new(null, ticket.Number)) };

    private sealed class Misled
    {
        /// <summary>How many changes are still decided on what is read.</summary>
        public int Left;
    }
}

/// <summary>A name of a ticket, as its tenant and environment know it.</summary>
internal readonly record struct TicketName(long TenantId, bool IsTest, TicketRef Ref);

/// <summary>A ticket and who asks.</summary>
internal sealed record TicketAndRequester(Ticket Ticket, RequesterView Requester);

/// <summary>A ticket with the oldest entries of its thread, as one version of it has them.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="Messages">The entries, oldest first.</param>
/// <param name="IsTruncated">Whether there are more.</param>
internal sealed record TicketWithThread(Ticket Ticket, RequesterView Requester, IReadOnlyList<MessageView> Messages, bool IsTruncated);
