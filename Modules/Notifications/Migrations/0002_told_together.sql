-- What is told in the product takes one row for each event, with everybody it is told to: a ticket that nobody has is told to every agent of
-- its queue, and a row for each of them cost more to write than the ticket.

alter table notifications.in_app rename to in_app_of_one;

alter index notifications.in_app_pkey rename to in_app_of_one_pkey;

alter index notifications.in_app_created_at rename to in_app_of_one_created_at;

create table notifications.in_app (
    tenant_id bigint not null,
    event_id bigint not null,
    requester_id bigint,
    agent_ids bigint[] not null,
    event_key text not null,
    ticket_id bigint not null,
    message_id bigint,
    status text,
    created_at timestamptz not null,
    primary key (tenant_id, event_id)
);

select kernel.isolate('notifications.in_app');

select kernel.open_to_definer('notifications.in_app');

grant delete on notifications.in_app to helpdesk_definer;

select kernel.for_each_tenant('notifications.in_app_of_one', $$
    insert into notifications.in_app (tenant_id, event_id, requester_id, agent_ids, event_key, ticket_id, message_id, status, created_at)
    select o.tenant_id, o.event_id, max(o.recipient_id) filter (where o.recipient_kind = 2),
        coalesce(array_agg(o.recipient_id order by o.recipient_id) filter (where o.recipient_kind = 1), '{}'),
        o.event_key, o.ticket_id, o.message_id, o.status, o.created_at
    from notifications.in_app_of_one o where o.tenant_id = $1
    group by o.tenant_id, o.event_id, o.event_key, o.ticket_id, o.message_id, o.status, o.created_at
$$);

drop table notifications.in_app_of_one;

create index in_app_created_at on notifications.in_app using brin (created_at) with (pages_per_range = 16, autosummarize = on);
