-- GET /tickets?limit=50: the page, one row more, and the total from the kept counts. Requesters are known to the server.
\startpipeline
select kernel.use_tenant(:tenant);
select t.id, t.number, t.subject, t.status_id, t.priority, t.source, t.queue_id, t.help_topic_id, t.requester_id, t.assignee_id, t.tag_ids,
    t.custom_fields::text, t.message_count, t.public_message_count, t.first_responded_at, t.resolved_at, t.closed_at,
    t.last_requester_reply_at, t.last_agent_reply_at, t.version, t.created_at, t.updated_at
from tickets.ticket t where t.tenant_id = :tenant and not t.is_test order by t.id desc limit :most;
select coalesce(sum(y.count), 0)::bigint from tickets.tally y where y.tenant_id = :tenant and y.is_test = :is_test and y.kind = 'q';
\endpipeline
