using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>
/// Pages of lists that this process found unchanged lately: who looks at a list looks at it again. Like <see cref="KnownTickets"/>, they are to be
/// used only after a look at the versions.
/// </summary>
internal sealed class KnownPages
{
    // In bytes, roughly: up to 16 MB in both halves.
    private const long Half = 8 << 20;
    private const int Longest = 1 << 20;

    private readonly Recent<PageKey, KnownPage> _recent = new(Half);

    /// <summary>The page as it was, or null.</summary>
    public KnownPage? Find(PageKey key) => _recent.Find(key);

    /// <summary>Lets go of a page that has changed. A page that changes all the time is read as if nothing were known.</summary>
    public void Forget(PageKey key) => _recent.Forget(key);

    /// <summary>Keeps what was read, when the same was read before.</summary>
    public void Keep(PageKey key, KnownPage page)
    {
        var state = new HashCode();
        foreach (var version in page.Versions)
            state.Add(version);
        if (!_recent.IsAskedAgain(key, state.ToHashCode()))
            return;
        // The tickets, and their JSON once it is made.
        var weight = 500 + page.Page.Tickets.Sum(ticket => 1_700 + 3 * (ticket.Subject.Length + ticket.CustomFields.Text.Length));
        if (weight <= Longest)
            _recent.Keep(key, page with { Page = page.Page with { Tickets = new WrittenTickets(page.Page.Tickets) } }, weight);
    }
}

/// <summary>Which page of which list.</summary>
internal readonly record struct PageKey(long TenantId, bool IsTest, string List, long? AfterValue, long? AfterId, int Most);

/// <summary>A page as it was read.</summary>
/// <param name="Page">The page.</param>
/// <param name="Versions">All rows that were read for it, the one too many included.</param>
/// <param name="Desk">What the tickets' queues, agents and statuses were then.</param>
/// <param name="Tags">What their tags were then.</param>
internal sealed record KnownPage(TicketPage Page, IReadOnlyList<TicketVersion> Versions, DeskSetup Desk, TagSet Tags)
{
    /// <summary>Whether queues, agents, statuses and tags are still the same.</summary>
    public bool IsOf(DeskSetup desk, TagSet tags) => ReferenceEquals(Desk, desk) && ReferenceEquals(Tags, tags);

    /// <summary>Whether these are the same tickets, in the same order, and none has changed.</summary>
    public bool IsOf(List<TicketVersion> versions) => versions.SequenceEqual(Versions);
}
