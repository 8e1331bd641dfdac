namespace Helpdesk.Tickets;

/// <summary>The orders of the ticket list, each with the key that its cursors hold.</summary>
internal sealed record TicketOrder(string Name, string Column, bool IsDescending, bool IdIsDescending, Func<Ticket, long>? Key)
{
    /// <summary>Newest first.</summary>
    public static readonly TicketOrder ById = new("-id", "", true, true, null);

    private static readonly TicketOrder[] All =
    [
        ById,
        new("id", "", false, false, null),
        new("-updated_at", "t.updated_at", true, true, Micros),
        new("updated_at", "t.updated_at", false, false, Micros),
        // Stored as 1 (urgent) to 4 (low), so that the most urgent come first when counting up.
        new("-priority", "t.priority", false, true, ticket => (long)ticket.Priority),
    ];

    public static string Wanted => $"must be one of {string.Join(", ", All.Select(order => order.Name))}.";

    public static TicketOrder? Parse(string? text) => string.IsNullOrEmpty(text) ? ById : Array.Find(All, order => order.Name == text);

    public static IReadOnlyList<TicketOrder> Every => All;

    public bool IsByTime => Key == Micros;

    public string Encode(Ticket last, string list) =>
        Cursor.Encode(list, Key is null ? "" : Key(last).ToString(), last.Id.ToString());

    /// <summary>The key after which the page starts; null at the start of the list.</summary>
    public static Result<TicketKey?> Decode(string? cursor, string list)
    {
        if (cursor is null)
            return (TicketKey?)null;
        if (Cursor.Decode(cursor, list, 2) is not [var first, var second] || !long.TryParse(second, out var id))
            return Cursor.Invalid;
        var key = new TicketKey(long.TryParse(first, out var value) ? value : 0, id);
        return key.IsTime ? key : Cursor.Invalid;
    }

    /// <summary>PostgreSQL keeps microseconds, so that is what must come back.</summary>
    private static long Micros(Ticket ticket) => (ticket.UpdatedAt - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}

/// <summary>The place of a ticket in an order.</summary>
/// <param name="Value">The sort column, in microseconds where it is a time.</param>
/// <param name="Id">The ticket's id.</param>
internal sealed record TicketKey(long Value, long Id)
{
    private static readonly long First = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    private static readonly long Last = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Whether the value can be a time at all; so can every value of the other columns.</summary>
    public bool IsTime => Value >= First && Value <= Last;

    public DateTime Time => DateTime.UnixEpoch.AddTicks(Value * TimeSpan.TicksPerMicrosecond);
}
