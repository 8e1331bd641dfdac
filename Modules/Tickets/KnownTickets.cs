namespace Helpdesk.Tickets;

/// <summary>
/// Tickets as this process has read or written them lately. Whatever happens to a ticket or its thread gives the ticket a new version, and
/// nothing else can have that version. So who has the version from the database knows whether what is here is still true, and who writes on
/// condition of the version can decide on what is here.
/// </summary>
internal sealed class KnownTickets
{
    // In bytes, roughly: up to 16 MB in both halves.
    private const long HalfOfThreads = 8 << 20;
    private const int LongestThread = 256 << 10;
    private const long HalfOfWritten = 5_000;

    private readonly Recent<TicketKeyword, TicketWithThread> _threads = new(HalfOfThreads);
    private readonly Recent<TicketKeyword, TicketAndRequester> _written = new(HalfOfWritten);

    /// <summary>The ticket with its thread as it was, or null. To be used only after a look at its version.</summary>
    public TicketWithThread? FindThread(TicketKeyword key) => _threads.Find(key);

    /// <summary>Keeps what was read, when the same was read before.</summary>
    public void Keep(TicketKeyword key, TicketWithThread read)
    {
        if (!_threads.IsAskedAgain(key, read.Ticket.Version))
            return;
        var weight = 1_000 + read.Messages.Sum(message => 200 + 2 * message.BodyMd.Length);
        if (weight <= LongestThread)
            _threads.Keep(key, read, weight);
    }

    /// <summary>The ticket as it was, or null. To be used only by who writes on condition of its version.</summary>
    public TicketAndRequester? Find(TicketKeyword key) => _written.Find(key);

    /// <summary>Keeps what was committed.</summary>
    public void Keep(TicketKeyword key, TicketAndRequester written)
    {
        _threads.Forget(key);
        _written.Keep(key, written);
    }

    /// <summary>Lets go of a ticket that has changed.</summary>
    public void Forget(TicketKeyword key)
    {
        _threads.Forget(key);
        _written.Forget(key);
    }
}

/// <summary>How a ticket is asked for, and by whom.</summary>
internal readonly record struct TicketKeyword(long TenantId, bool IsTest, TicketRef Ref);

/// <summary>A ticket and who asks.</summary>
internal sealed record TicketAndRequester(Ticket Ticket, RequesterView Requester);

/// <summary>A ticket with the oldest entries of its thread, as one version of it has them.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="Messages">The entries, oldest first.</param>
/// <param name="IsTruncated">Whether there are more.</param>
internal sealed record TicketWithThread(Ticket Ticket, RequesterView Requester, IReadOnlyList<MessageView> Messages, bool IsTruncated);
