-- GET /tickets?q=WORD&limit=50; build/bench puts the words in.
\startpipeline
select kernel.use_tenant(:tenant);
with hits as materialized (select found.id from tickets.found(:tenant, false, format('''%s:%s'':*', to_hex(:tenant / 4096 % 16777213), 'WORD')::tsquery, '%WORD%', null, 10000) found (id)),
    page as (select t.id from hits t order by t.id desc limit :most)
select t.id, t.number, t.subject, t.status_id, t.priority, t.source, t.queue_id, t.help_topic_id, t.requester_id, t.assignee_id, t.tag_ids,
    t.custom_fields::text, t.message_count, t.public_message_count, t.first_responded_at, t.resolved_at, t.closed_at,
    t.last_requester_reply_at, t.last_agent_reply_at, t.version, t.created_at, t.updated_at, total.count
from (select count(*) from hits) total
left join (page join tickets.ticket t on t.tenant_id = :tenant and t.id = page.id) on true
order by t.id desc;
\endpipeline
