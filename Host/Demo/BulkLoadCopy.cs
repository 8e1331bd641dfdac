using Helpdesk.Tickets.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Helpdesk.Host.Demo;

/// <summary>
/// Writes one tenant's tickets, in one transaction: it has all of them or none. Rows go in by COPY; messages take a turn through a table
/// of this connection, because COPY cannot read their words from a text.
/// </summary>
internal sealed class BulkLoadCopy(NpgsqlConnection connection, long tenantId)
{
    /// <summary>What is filled.</summary>
    public static readonly string[] Tables =
        ["kernel.counter", "tickets.requester", "tickets.ticket", "tickets.recency", "tickets.ticket_tag", "tickets.message", "tickets.tally"];

    private const string StagingSql = """
        create temp table staged_message (
            id bigint, ticket_id bigint, author_kind smallint, author_id bigint, author_name text, body_md text, is_internal boolean,
            subject text, words text, created_at timestamptz)
        """;

    private const string StageSql = """
        copy staged_message (id, ticket_id, author_kind, author_id, author_name, body_md, is_internal, subject, words, created_at)
        from stdin (format binary)
        """;

    // The same words as those of a message that comes in by the API: the first one is found by the subject too.
    private const string MessageSql = """
        insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, subject,
            words, created_at)
        select $1, id, ticket_id, case when is_internal then 1 else 0 end, author_kind, author_id, author_name, body_md, is_internal,
            subject, words::tsvector, created_at
        from staged_message
        """;

    private const string RequesterSql = "copy tickets.requester (tenant_id, id, name, email, created_at) from stdin (format binary)";

    private const string TicketSql = """
        copy tickets.ticket (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, requester_id, assignee_id,
            tag_ids, custom_fields, message_count, public_message_count, first_responded_at, resolved_at, closed_at,
            last_requester_reply_at, last_agent_reply_at, version, created_at, updated_at)
        from stdin (format binary)
        """;

    private const string TicketTagSql = "copy tickets.ticket_tag (tenant_id, tag_id, ticket_id) from stdin (format binary)";

    private const string CounterSql = "insert into kernel.counter (tenant_id, name, value) values ($1, 'ticket', $2)";

    private const string RecencySql = """
        insert into tickets.recency (tenant_id, is_test, updated_at, ticket_id)
        select t.tenant_id, t.is_test, t.updated_at, t.id from tickets.ticket t where t.tenant_id = $1 order by t.updated_at, t.id
        """;

    private const string TallySql = """
        insert into tickets.tally (tenant_id, is_test, kind, owner_id, status_id, slot, count)
        select t.tenant_id, false, place.kind, place.owner_id, place.status_id, 0, count(*)
        from tickets.ticket t, lateral (
            values ('q'::"char", t.queue_id, t.status_id), ('a', coalesce(t.assignee_id, 0), t.status_id)
            union all select 't', tag_id, 0 from unnest(t.tag_ids) tag_id) as place (kind, owner_id, status_id)
        where t.tenant_id = $1 group by t.tenant_id, place.kind, place.owner_id, place.status_id
        """;

    /// <summary>Readies a connection: once, before the first tenant.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await ExecuteAsync(connection, $"set role {BulkLoad.Role}", ct);
        await ExecuteAsync(connection, "set synchronous_commit = off", ct);
        await ExecuteAsync(connection, "set temp_buffers = '64MB'", ct);
        await ExecuteAsync(connection, StagingSql, ct);
    }

    /// <summary>Adds tickets with their messages and new requesters.</summary>
    public async Task AddAsync(List<LoadTicket> tickets, List<LoadMessage> messages, List<LoadRequester> requesters, CancellationToken ct)
    {
        await CopyAsync(RequesterSql, requesters, WriteRequester, ct);
        await CopyAsync(TicketSql, tickets, WriteTicket, ct);
        await CopyAsync(TicketTagSql, tickets.SelectMany(ticket => ticket.TagIds, (ticket, tag) => (ticket.Id, tag)), WriteTag, ct);
        await CopyAsync(StageSql, messages, WriteStaged, ct);
        await ExecuteAsync(connection, MessageSql, ct, tenantId);
        await ExecuteAsync(connection, "truncate staged_message", ct);
    }

    /// <summary>Sets what follows from the tickets: the number of the next one, the order of their changes, and the counts that lists show.</summary>
    public async Task FinishAsync(int tickets, CancellationToken ct)
    {
        await ExecuteAsync(connection, CounterSql, ct, tenantId, tickets);
        await ExecuteAsync(connection, RecencySql, ct, tenantId);
        await ExecuteAsync(connection, TallySql, ct, tenantId);
    }

    /// <summary>Runs a statement.</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task CopyAsync<T>(string sql, IEnumerable<T> rows, Action<NpgsqlBinaryImporter, T> write, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(sql, ct);
        foreach (var row in rows)
        {
            copy.StartRow();
            write(copy, row);
        }

        await copy.CompleteAsync(ct);
    }

    private void WriteRequester(NpgsqlBinaryImporter copy, LoadRequester requester)
    {
        copy.Write(tenantId, NpgsqlDbType.Bigint);
        copy.Write(requester.Id, NpgsqlDbType.Bigint);
        copy.Write(requester.Name, NpgsqlDbType.Text);
        copy.Write(requester.Email, NpgsqlDbType.Text);
        copy.Write(Ids.TimeOf(requester.Id).UtcDateTime, NpgsqlDbType.TimestampTz);
    }

    private void WriteTicket(NpgsqlBinaryImporter copy, LoadTicket ticket)
    {
        copy.Write(tenantId, NpgsqlDbType.Bigint);
        copy.Write(ticket.Id, NpgsqlDbType.Bigint);
        copy.Write(ticket.Number, NpgsqlDbType.Integer);
        copy.Write(false, NpgsqlDbType.Boolean);
        copy.Write(ticket.Subject, NpgsqlDbType.Text);
        copy.Write(ticket.Status.Id, NpgsqlDbType.Bigint);
        copy.Write((short)ticket.Priority, NpgsqlDbType.Smallint);
        copy.Write((short)ticket.Source, NpgsqlDbType.Smallint);
        copy.Write(ticket.QueueId, NpgsqlDbType.Bigint);
        copy.Write(ticket.RequesterId, NpgsqlDbType.Bigint);
        WriteOrNull(copy, ticket.AssigneeId, NpgsqlDbType.Bigint);
        copy.Write(ticket.TagIds, NpgsqlDbType.Array | NpgsqlDbType.Bigint);
        copy.Write("{}", NpgsqlDbType.Jsonb);
        copy.Write(ticket.Messages, NpgsqlDbType.Integer);
        copy.Write(ticket.PublicMessages, NpgsqlDbType.Integer);
        WriteOrNull(copy, ticket.FirstRespondedAt, NpgsqlDbType.TimestampTz);
        WriteOrNull(copy, ticket.ResolvedAt, NpgsqlDbType.TimestampTz);
        WriteOrNull(copy, ticket.ClosedAt, NpgsqlDbType.TimestampTz);
        copy.Write(ticket.LastRequesterReplyAt, NpgsqlDbType.TimestampTz);
        WriteOrNull(copy, ticket.LastAgentReplyAt, NpgsqlDbType.TimestampTz);
        copy.Write(ticket.Messages, NpgsqlDbType.Integer);
        copy.Write(Ids.TimeOf(ticket.Id).UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(ticket.UpdatedAt, NpgsqlDbType.TimestampTz);
    }

    private void WriteTag(NpgsqlBinaryImporter copy, (long TicketId, long TagId) tag)
    {
        copy.Write(tenantId, NpgsqlDbType.Bigint);
        copy.Write(tag.TagId, NpgsqlDbType.Bigint);
        copy.Write(tag.TicketId, NpgsqlDbType.Bigint);
    }

    private void WriteStaged(NpgsqlBinaryImporter copy, LoadMessage message)
    {
        copy.Write(message.Id, NpgsqlDbType.Bigint);
        copy.Write(message.TicketId, NpgsqlDbType.Bigint);
        copy.Write((short)message.AuthorKind, NpgsqlDbType.Smallint);
        copy.Write(message.AuthorId, NpgsqlDbType.Bigint);
        copy.Write(message.AuthorName, NpgsqlDbType.Text);
        copy.Write(message.Body, NpgsqlDbType.Text);
        copy.Write(message.IsInternal, NpgsqlDbType.Boolean);
        if (message.Subject is null)
            copy.WriteNull();
        else
            copy.Write(message.Subject, NpgsqlDbType.Text);
        copy.Write(SearchWords.Vector(new(tenantId, IsTest: false), message.Body, message.Subject), NpgsqlDbType.Text);
        copy.Write(Ids.TimeOf(message.Id).UtcDateTime, NpgsqlDbType.TimestampTz);
    }

    private static void WriteOrNull<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type) where T : struct
    {
        if (value is { } known)
            copy.Write(known, type);
        else
            copy.WriteNull();
    }
}
