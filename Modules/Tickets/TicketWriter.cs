using System.Text.Json;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Tickets;

/// <summary>
/// Writes what a decision made of a ticket: the row, the entries of the thread, the counts and the events, all from the difference
/// between before and after. So no slice can change something and forget to say so.
/// </summary>
internal sealed class TicketWriter(TenantDb db, RequestContext context, TicketStore store, EventLog log, Ids ids, WordMerger merger)
{
    // The version is the one that the decision stood on. When another writer was faster, the whole transaction ends and the slice decides
    // again on what is there then.
    private const string UpdateSql = """
        with changed as (
            update tickets.ticket set subject = @Subject, status_id = @StatusId, priority = @Priority, queue_id = @QueueId,
                help_topic_id = @HelpTopicId, assignee_id = @AssigneeId, tag_ids = @TagIds, custom_fields = @CustomFields::jsonb,
                message_count = @MessageCount, public_message_count = @PublicMessageCount, first_responded_at = @FirstRespondedAt,
                resolved_at = @ResolvedAt, closed_at = @ClosedAt, last_requester_reply_at = @LastRequesterReplyAt,
                last_agent_reply_at = @LastAgentReplyAt, updated_at = @UpdatedAt, version = version + 1
            where tenant_id = @TenantId and id = @Id and version = @Version and updated_at = @LastUpdatedAt
            returning 1),
        recency as (
            update tickets.recency set updated_at = @UpdatedAt
            where tenant_id = @TenantId and is_test = @IsTest and updated_at = @LastUpdatedAt and ticket_id = @Id)
        select kernel.expect_one(count(*)) from changed
        """;

    private const string MessageSql = """
        insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, subject,
            words, created_at)
        values (@TenantId, @Id, @TicketId, @Kind, @AuthorKind, @AuthorId, @AuthorName, @BodyMd, @IsInternal, @Subject,
            @Words::tsvector, @CreatedAt)
        """;

    private const string SystemEntrySql = """
        insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_name, body_md, is_internal, event, created_at)
        values (@TenantId, @Id, @TicketId, @Kind, @AuthorKind, 'system', '', false, @Event::json, @CreatedAt)
        """;

    // A subject is found through the first message, which it was sent with. Its words have a weight of their own, so that those of a new
    // subject can take their place.
    private const string SubjectWordsSql = """
        update tickets.message set subject = @Subject, words = @SubjectWords::tsvector || ts_filter(words, '{d}')
        where tenant_id = @TenantId and id = (
            select min(m.id) from tickets.message m where m.tenant_id = @TenantId and m.ticket_id = @Id)
        """;

    private const string TagSql = """
        insert into tickets.ticket_tag (tenant_id, tag_id, ticket_id) values (@TenantId, @TagId, @TicketId) on conflict do nothing
        """;

    private const string UntagSql = """
        delete from tickets.ticket_tag where tenant_id = @TenantId and ticket_id = @TicketId and tag_id = any(@TagIds)
        """;

    private SearchScope Scope => new(db.TenantId, context.Caller.IsTest);

    /// <summary>Adds a message or a note to the thread. The first message carries the subject, for searches.</summary>
    public MessageView AddMessage(long ticketId, Author author, string body, bool isInternal, DateTime now, string? subject = null)
    {
        var kind = isInternal ? MessageKind.Note : MessageKind.Message;
        var message = new MessageView(ids.Next(), ticketId, kind, author, body, isInternal, null, [], now);
        WriteIndexed(MessageSql, new
        {
            db.TenantId,
            message.Id,
            TicketId = ticketId,
            Kind = (short)kind,
            AuthorKind = (short)author.Kind,
            AuthorId = author.Id,
            AuthorName = author.Name,
            BodyMd = body,
            IsInternal = isInternal,
            Subject = subject,
            Words = SearchWords.Vector(Scope, body, subject),
            CreatedAt = now,
        });
        return message;
    }

    /// <summary>Marks the ticket as carrying the tags, for the filter of the list.</summary>
    public void Tag(long ticketId, IEnumerable<long> tagIds)
    {
        foreach (var tagId in tagIds.Order())
            db.Enqueue(TagSql, new { db.TenantId, TagId = tagId, TicketId = ticketId });
    }

    /// <summary>
    /// Writes the difference. Nothing is written when there is none. <paramref name="messageId"/> is the entry that the change came with.
    /// </summary>
    /// <returns>The ticket as it is stored from now on.</returns>
    public Ticket Save(Ticket before, Ticket after, DeskSetup desk, TagSet tags, DateTime now, long? messageId = null)
    {
        if (after == before)
            return before;
        after = after with { UpdatedAt = now };
        db.Enqueue(UpdateSql, RowOf(after, before));
        Tally.Move(db, context.Caller.IsTest, before, after);
        SaveTags(before, after, tags, now);
        if (after.Subject != before.Subject)
            WriteIndexed(SubjectWordsSql, new { db.TenantId, after.Id, after.Subject, SubjectWords = SearchWords.Vector(Scope, "", after.Subject) });

        if (after.QueueId != before.QueueId)
            Tell(after, "queue_moved", desk.Queue(before.QueueId)?.Slug, desk.Queue(after.QueueId)?.Slug, new TicketQueueMoved(after.Id, before.QueueId, after.QueueId), now);
        if (after.AssigneeId != before.AssigneeId)
            Tell(after, "assigned", before.AssigneeId, after.AssigneeId, new TicketAssigned(after.Id, before.AssigneeId, after.AssigneeId), now);
        if (after.Priority != before.Priority)
            AddSystemEntry(after.Id, "priority_changed", before.Priority, after.Priority, now);
        SaveStatus(before, after, desk, now, messageId);
        if (FieldChanges(before, after) is { Count: > 0 } fields)
            log.Append(new TicketUpdated(after.Id, fields));
        after = after with { Version = before.Version + 1 };
        // The database writes JSON in its own way, which answers are to show.
        if (after.CustomFields == before.CustomFields)
            store.WillBe(after);
        return after;
    }

    private void SaveStatus(Ticket before, Ticket after, DeskSetup desk, DateTime now, long? messageId)
    {
        if (after.StatusId == before.StatusId)
            return;
        var (from, to) = (desk.Status(before.StatusId), desk.Status(after.StatusId));
        Tell(
            after, "status_changed", from.Category.ToTicketStatus(), to.Category.ToTicketStatus(),
            new TicketStatusChanged(after.Id, from.Key, to.Key, messageId), now);
    }

    private void SaveTags(Ticket before, Ticket after, TagSet tags, DateTime now)
    {
        if (after.TagIds.SequenceEqual(before.TagIds))
            return;
        var (added, removed) = (after.TagIds.Except(before.TagIds).ToArray(), before.TagIds.Except(after.TagIds).ToArray());
        Tag(after.Id, added);
        if (removed.Length > 0)
            db.Enqueue(UntagSql, new { db.TenantId, TicketId = after.Id, TagIds = removed });
        // Ids of deleted tags that were not swept yet have no slug: losing one is no change that anybody could see.
        var (from, to) = (Slugs(before.TagIds), Slugs(after.TagIds));
        if (!from.SequenceEqual(to))
            AddSystemEntry(after.Id, "tags_changed", from, to, now);
        if (added.Length > 0)
            log.Append(new TicketTagged(after.Id, Slugs(added)));
        if (Slugs(removed) is { Length: > 0 } lost)
            log.Append(new TicketUntagged(after.Id, lost));

        string[] Slugs(long[] tagIds) => [.. tags.ByIds(tagIds).Select(tag => tag.Slug)];
    }

    private void Tell(Ticket ticket, string type, object? from, object? to, TicketEvent happened, DateTime now)
    {
        AddSystemEntry(ticket.Id, type, from, to, now);
        log.Append(happened);
    }

    private void AddSystemEntry(long ticketId, string type, object? from, object? to, DateTime now) => WriteIndexed(SystemEntrySql, new
    {
        db.TenantId,
        Id = ids.Next(),
        TicketId = ticketId,
        Kind = (short)MessageKind.SystemEvent,
        AuthorKind = (short)ActorKind.System,
        Event = JsonSerializer.Serialize(new { Type = type, From = from, To = to }, WireJson.Options),
        CreatedAt = now,
    });

    // Each row of the thread has its place in the index of words, also one without words.
    private void WriteIndexed(string sql, object args)
    {
        db.Enqueue(sql, args);
        db.AfterCommit(merger.Wake);
    }

    private static Dictionary<string, Change> FieldChanges(Ticket before, Ticket after)
    {
        var fields = new Dictionary<string, Change>();
        Compare("subject", before.Subject, after.Subject);
        Compare("priority", before.Priority, after.Priority);
        Compare("help_topic_id", before.HelpTopicId, after.HelpTopicId);
        if (before.CustomFields != after.CustomFields)
            fields["custom_fields"] = new(new RawJson(before.CustomFields), new RawJson(after.CustomFields));
        return fields;

        void Compare(string name, object? from, object? to)
        {
            if (!Equals(from, to))
                fields[name] = new(from, to);
        }
    }

    private object RowOf(Ticket ticket, Ticket before) => new
    {
        db.TenantId,
        ticket.Id,
        before.Version,
        context.Caller.IsTest,
        LastUpdatedAt = before.UpdatedAt,
        ticket.Subject,
        ticket.StatusId,
        Priority = (short)ticket.Priority,
        ticket.QueueId,
        ticket.HelpTopicId,
        ticket.AssigneeId,
        ticket.TagIds,
        ticket.CustomFields,
        ticket.MessageCount,
        ticket.PublicMessageCount,
        ticket.FirstRespondedAt,
        ticket.ResolvedAt,
        ticket.ClosedAt,
        ticket.LastRequesterReplyAt,
        ticket.LastAgentReplyAt,
        ticket.UpdatedAt,
    };
}
