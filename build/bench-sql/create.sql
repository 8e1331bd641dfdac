-- POST /tickets: number, ticket, message, counts and event.
\set slot random(0, 3)
\startpipeline
select kernel.use_tenant(:tenant);
with number as (
    insert into kernel.counter as c (tenant_id, name, value) values (:tenant, 'ticket', 1)
    on conflict (tenant_id, name) do update set value = c.value + 1
    returning c.value),
recency as (
    insert into tickets.recency (tenant_id, is_test, updated_at, ticket_id) values (:tenant, :is_test, now(), :id))
insert into tickets.ticket as t (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, help_topic_id,
    requester_id, assignee_id, tag_ids, custom_fields, message_count, public_message_count, last_requester_reply_at, created_at, updated_at)
select :tenant, :id, number.value, :is_test, :subject, :new, 3, 0, :queue, null,
    :requester, null, '{}'::bigint[], '{}'::jsonb, 1, 1, now(), now(), now()
from number
returning t.number as late_number;
insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, subject, words, created_at)
values (:tenant, :message_id, :id, 0, 1, :requester, 'Load Generator', :body, :is_test, :subject, :words::tsvector, now());
insert into tickets.tally as t (tenant_id, is_test, kind, owner_id, status_id, slot, count)
select :tenant, :is_test, d.kind::"char", d.owner_id, d.status_id, :slot, d.count
from unnest(array['a', 'q'], array[0, :queue]::bigint[], array[:new, :new]::bigint[], array[1, 1]::bigint[]) as d(kind, owner_id, status_id, count)
on conflict (tenant_id, is_test, kind, owner_id, status_id, slot) do update set count = t.count + excluded.count
returning t.slot;
with event as (
    insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, ip, is_test,
        subject_type, subject_id, ticket_id, changes, payload, at)
    values (:tenant, :event_id, 'ticket.created', 3, :requester, 'load generator', '127.0.0.1', :is_test,
        'ticket', :id, :id, null, '{"message_id":1,"requester_id":1}'::jsonb, now())
    returning tenant_id, id, at)
insert into log.outbox as o (tenant_id, event_id, at)
select event.tenant_id, event.id, event.at from event
returning o.event_id;
\endpipeline
