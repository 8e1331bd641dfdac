-- GET /tickets/HD-…: the ticket, who asks, and its thread.
\set number random(1, :tickets)
\startpipeline
select kernel.use_tenant(:tenant);
select t.id, t.number, t.subject, t.status_id, t.priority, t.source, t.queue_id, t.help_topic_id, t.requester_id, t.assignee_id, t.tag_ids,
    t.custom_fields::text, t.message_count, t.public_message_count, t.first_responded_at, t.resolved_at, t.closed_at,
    t.last_requester_reply_at, t.last_agent_reply_at, t.version, t.created_at, t.updated_at, r.name, r.email, r.created_at
from tickets.ticket t join tickets.requester r on r.tenant_id = :tenant and r.tenant_id = t.tenant_id and r.id = t.requester_id
where t.tenant_id = :tenant and t.is_test = :is_test and t.number = :number;
select m.id, m.ticket_id, m.kind, m.author_kind, m.author_id, m.author_name, m.body_md, m.is_internal, m.event::text, m.created_at
from tickets.message m
where m.tenant_id = :tenant and m.ticket_id = (select t.id from tickets.ticket t where t.tenant_id = :tenant and t.number = :number)
order by m.id limit :most_messages;
\endpipeline
