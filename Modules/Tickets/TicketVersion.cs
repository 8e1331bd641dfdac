using Npgsql;

namespace Helpdesk.Tickets;

/// <summary>
/// Tells whether a ticket and its thread are still what they were: each change gives the ticket a new version. The time of the last change stands
/// beside it for the day on which the database is set back to an earlier state and counts some versions again.
/// </summary>
internal readonly record struct TicketVersion(long Id, int Version, DateTime UpdatedAt)
{
    /// <summary>The columns in the order of <see cref="Read"/>.</summary>
    public const string Columns = "t.id, t.version, t.updated_at";

    public static TicketVersion Of(Ticket ticket) => new(ticket.Id, ticket.Version, ticket.UpdatedAt);

    public static TicketVersion Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt32(1), row.GetDateTime(2));
}
