using Npgsql;

namespace Helpdesk.Tickets;

/// <summary>An entry of a ticket's thread (mobieus 6.2).</summary>
/// <param name="Id">The entry's id; entries are ordered by it.</param>
/// <param name="TicketId">The ticket's id.</param>
/// <param name="Kind">What sort of entry it is.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="BodyMd">The text in Markdown, as it was sent; empty for system entries.</param>
/// <param name="IsInternal">Whether the requester must never see it.</param>
/// <param name="Event">What changed, for system entries.</param>
/// <param name="Attachments">Always empty in this API.</param>
/// <param name="CreatedAt">When it was written.</param>
[Example(TicketExamples.Message)]
public sealed record MessageView(
    long Id, long TicketId, MessageKind Kind, Author Author, string BodyMd, bool IsInternal, RawJson? Event,
    IReadOnlyList<string> Attachments, DateTime CreatedAt) : IWritesJson
{
    void IWritesJson.WriteTo(System.Text.Json.Utf8JsonWriter json) => TicketJson.Write(json, this);

    internal const string Columns =
        "m.id, m.ticket_id, m.kind, m.author_kind, m.author_id, m.author_name, m.body_md, m.is_internal, m.event::text, m.created_at";

    internal static MessageView Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), (MessageKind)row.GetInt16(2),
        new Author((ActorKind)row.GetInt16(3), row.IsDBNull(4) ? null : row.GetInt64(4), row.GetString(5)),
        row.GetString(6), row.GetBoolean(7), row.IsDBNull(8) ? null : new RawJson(row.GetString(8)), [], row.GetDateTime(9));
}

/// <summary>Who wrote an entry.</summary>
/// <param name="Kind">What sort of author.</param>
/// <param name="Id">The id of the agent, requester or API key; null for the system.</param>
/// <param name="Name">The name for people.</param>
public sealed record Author(ActorKind Kind, long? Id, string Name);

/// <summary>What sort of entry stands in a thread.</summary>
public enum MessageKind
{
    /// <summary>A message that the requester sees.</summary>
    Message,

    /// <summary>An internal note.</summary>
    Note,

    /// <summary>A change of the ticket, written by the server.</summary>
    SystemEvent,
}
