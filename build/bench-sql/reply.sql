-- POST /tickets/HD-…/reply. The server reads in one round trip and writes in a second; here both are one, and the row is found by its
-- number instead of the id and version that were read, because pgbench cannot carry results through a pipeline.
\set number random(:tickets * 9 / 10, :tickets)
\startpipeline
select kernel.use_tenant(:tenant);
select t.id, t.number, t.subject, t.status_id, t.priority, t.source, t.queue_id, t.help_topic_id, t.requester_id, t.assignee_id, t.tag_ids,
    t.custom_fields::text, t.message_count, t.public_message_count, t.first_responded_at, t.resolved_at, t.closed_at,
    t.last_requester_reply_at, t.last_agent_reply_at, t.version, t.created_at, t.updated_at, r.name, r.email, r.created_at
from tickets.ticket t join tickets.requester r on r.tenant_id = :tenant and r.tenant_id = t.tenant_id and r.id = t.requester_id
where t.tenant_id = :tenant and t.is_test = :is_test and t.number = :number;
insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, words, created_at)
values (:tenant, :message_id, (select t.id from tickets.ticket t where t.tenant_id = :tenant and t.number = :number), 0, 3, :requester, 'Load Generator', :body, :is_test, :words::tsvector, now());
with event as (
    insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, ip, is_test,
        subject_type, subject_id, ticket_id, changes, payload, at)
    values (:tenant, :event_id, 'ticket.replied', 3, :requester, 'load generator', '127.0.0.1', :is_test,
        'ticket', (select t.id from tickets.ticket t where t.tenant_id = :tenant and t.number = :number),
        (select t.id from tickets.ticket t where t.tenant_id = :tenant and t.number = :number), null, '{"message_id":1,"requester_id":1}'::jsonb, now())
    returning tenant_id, id, at)
insert into log.outbox as o (tenant_id, event_id, at)
select event.tenant_id, event.id, event.at from event
returning o.event_id;
with changed as (
    update tickets.ticket set message_count = message_count + 1, public_message_count = public_message_count + 1,
        last_agent_reply_at = now(), updated_at = now(), version = version + 1
    where tenant_id = :tenant and number = :number
    returning 1),
recency as (
    update tickets.recency set updated_at = now()
    where tenant_id = :tenant and is_test = :is_test and ticket_id = (select t.id from tickets.ticket t where t.tenant_id = :tenant and t.number = :number)
        and updated_at = (select t.updated_at from tickets.ticket t where t.tenant_id = :tenant and t.number = :number))
select kernel.expect_one(count(*)) from changed;
\endpipeline
