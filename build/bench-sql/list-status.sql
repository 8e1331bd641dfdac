-- GET /tickets?status=open&limit=50: four statuses of a tenant read as open.
\startpipeline
select kernel.use_tenant(:tenant);
select t.id, t.number, t.subject, t.status_id, t.priority, t.source, t.queue_id, t.help_topic_id, t.requester_id, t.assignee_id, t.tag_ids,
    t.custom_fields::text, t.message_count, t.public_message_count, t.first_responded_at, t.resolved_at, t.closed_at,
    t.last_requester_reply_at, t.last_agent_reply_at, t.version, t.created_at, t.updated_at
from (select t.id from unnest(array[:open1, :open2, :open3, :open4]::bigint[]) wanted (id) cross join lateral (
    select t.id from tickets.ticket t
    where t.tenant_id = :tenant and not t.is_test and t.status_id = wanted.id order by t.id desc limit :most) t
    order by t.id desc limit :most) page
join tickets.ticket t on t.tenant_id = :tenant and t.id = page.id order by t.id desc;
select coalesce(sum(y.count), 0)::bigint from tickets.tally y where y.tenant_id = :tenant and y.is_test = :is_test and y.kind = 'q'
    and y.status_id = any(array[:open1, :open2, :open3, :open4]::bigint[]);
\endpipeline
