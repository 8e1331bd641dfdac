-- GET /tickets?q=WORD&limit=50; build/bench puts the words in.
\startpipeline
select kernel.use_tenant(:tenant);
select t.id, t.number, t.subject, t.status_id, t.priority, t.source, t.queue_id, t.help_topic_id, t.requester_id, t.assignee_id, t.tag_ids,
    t.custom_fields::text, t.message_count, t.public_message_count, t.first_responded_at, t.resolved_at, t.closed_at,
    t.last_requester_reply_at, t.last_agent_reply_at, t.version, t.created_at, t.updated_at, r.name, r.email, r.created_at
from tickets.ticket t join tickets.requester r on r.tenant_id = :tenant and r.tenant_id = t.tenant_id and r.id = t.requester_id
where t.tenant_id = :tenant and not t.is_test and t.id = any(array(
    select tickets.search_ids(:tenant, to_tsquery('simple', 'WORD:*'), '%WORD%', null, 10000)))
order by t.id desc limit :most;
select count(*) from (select 1 from tickets.ticket t where t.tenant_id = :tenant and not t.is_test and t.id = any(array(
    select tickets.search_ids(:tenant, to_tsquery('simple', 'WORD:*'), '%WORD%', null, 10000))) limit 10000) matching;
\endpipeline
