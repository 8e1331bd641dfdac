using Npgsql;

namespace Helpdesk.Tickets;

/// <summary>A ticket as it is stored. Rules make a changed copy; <see cref="TicketWriter"/> writes the difference.</summary>
internal sealed record Ticket(
    long Id, int Number, string Subject, long StatusId, Priority Priority, TicketSource Source, long QueueId, long? HelpTopicId,
    long RequesterId, long? AssigneeId, long[] TagIds, string CustomFields, int MessageCount, int PublicMessageCount,
    DateTime? FirstRespondedAt, DateTime? ResolvedAt, DateTime? ClosedAt, DateTime? LastRequesterReplyAt, DateTime? LastAgentReplyAt,
    int Version, DateTime CreatedAt, DateTime UpdatedAt)
{
    /// <summary>The ticket's own columns.</summary>
    public const string OwnColumns = """
        t.id, t.number, t.subject, t.status_id, t.priority, t.source, t.queue_id, t.help_topic_id, t.requester_id, t.assignee_id, t.tag_ids,
        t.custom_fields::text, t.message_count, t.public_message_count, t.first_responded_at, t.resolved_at, t.closed_at,
        t.last_requester_reply_at, t.last_agent_reply_at, t.version, t.created_at, t.updated_at
        """;

    /// <summary>The columns in the order of <see cref="Read"/>: the ticket's own and the requester's behind them.</summary>
    public const string Columns = OwnColumns + ", r.name, r.email, r.created_at";

    /// <summary>Where <see cref="Columns"/> come from.</summary>
    public const string Tables =
        "tickets.ticket t join tickets.requester r on r.tenant_id = @TenantId and r.tenant_id = t.tenant_id and r.id = t.requester_id";

    /// <summary>How many columns the ticket's own are.</summary>
    public const int OwnColumnCount = 22;

    /// <summary>What it holds in memory, in bytes, roughly.</summary>
    public int Weight => 700 + 2 * (Subject.Length + CustomFields.Length);

    /// <summary>Reads a row of <see cref="OwnColumns"/>.</summary>
    public static Ticket ReadOwn(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetInt64(3), (Priority)row.GetInt16(4), (TicketSource)row.GetInt16(5),
        row.GetInt64(6), Long(row, 7), row.GetInt64(8), Long(row, 9), row.GetFieldValue<long[]>(10), row.GetString(11),
        row.GetInt32(12), row.GetInt32(13), Time(row, 14), Time(row, 15), Time(row, 16), Time(row, 17), Time(row, 18),
        row.GetInt32(19), row.GetDateTime(20), row.GetDateTime(21));

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    public static (Ticket Ticket, RequesterView Requester) Read(NpgsqlDataReader row)
    {
        const int requester = OwnColumnCount;
        var ticket = ReadOwn(row);
        return (ticket, RequesterView.Of(
            ticket.RequesterId, row.GetString(requester), row.GetString(requester + 1), row.GetDateTime(requester + 2)));
    }

    private static long? Long(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    private static DateTime? Time(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetDateTime(at);
}

/// <summary>How a path names a ticket: by its reference in any letter case, or by its id.</summary>
internal readonly record struct TicketRef(long? Id, int? Number)
{
    public static TicketRef? Parse(string text)
    {
        if (text.StartsWith(TicketView.ReferencePrefix, StringComparison.OrdinalIgnoreCase))
            return IsDigits(text.AsSpan(3)) && int.TryParse(text.AsSpan(3), out var number) ? new TicketRef(null, number) : null;
        return IsDigits(text) && long.TryParse(text, out var id) ? new TicketRef(id, null) : null;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
}
