-- Tickets, their threads and the people who ask. No foreign keys between the hot tables: tickets and requesters are never deleted, and
-- every write names rows that it has just read or made; the check on each insert would cost a third of the throughput.

create schema tickets;

select kernel.open_schema('tickets');

create table tickets.requester (
    tenant_id bigint not null,
    id bigint not null,
    name text not null,
    email text not null,
    phone text,
    external_id text,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    constraint requester_email_key unique (tenant_id, email)
);

select kernel.isolate('tickets.requester');

create table tickets.ticket (
    tenant_id bigint not null,
    id bigint not null,
    number int not null,
    is_test boolean not null,
    subject text not null,
    status_id bigint not null,
    priority smallint not null check (priority between 1 and 4),
    urgency smallint check (urgency between 1 and 4),
    source smallint not null,
    queue_id bigint not null,
    help_topic_id bigint,
    requester_id bigint not null,
    assignee_id bigint,
    tag_ids bigint[] not null,
    custom_fields jsonb not null,
    message_count int not null,
    public_message_count int not null,
    first_responded_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    last_requester_reply_at timestamptz,
    last_agent_reply_at timestamptz,
    merged_into_id bigint,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    constraint ticket_number_key unique (tenant_id, number)
) with (fillfactor = 85);

select kernel.isolate('tickets.ticket');

-- Each order and filter of the list that must not scan has its index; live tickets outnumber those of the test environment by far,
-- which therefore share one.
create index ticket_test on tickets.ticket (tenant_id, id) where is_test;

create index ticket_status on tickets.ticket (tenant_id, status_id, id) where not is_test;

create index ticket_queue on tickets.ticket (tenant_id, queue_id, id) where not is_test;

create index ticket_assignee on tickets.ticket (tenant_id, assignee_id, id) where not is_test and assignee_id is not null;

-- "is null" fixes no column of an index for its order, so tickets that nobody has need one that holds only them.
create index ticket_unassigned on tickets.ticket (tenant_id, id) where not is_test and assignee_id is null;

create index ticket_requester on tickets.ticket (tenant_id, requester_id, id) where not is_test;

create index ticket_priority on tickets.ticket (tenant_id, priority, id desc) where not is_test;

create index ticket_updated on tickets.ticket (tenant_id, updated_at, id) where not is_test;

-- Which tickets carry a tag. The ticket's own tag_ids say the same; this side answers in the order of the list.
create table tickets.ticket_tag (
    tenant_id bigint not null,
    tag_id bigint not null,
    ticket_id bigint not null,
    primary key (tenant_id, tag_id, ticket_id)
);

select kernel.isolate('tickets.ticket_tag');

create table tickets.message (
    tenant_id bigint not null,
    id bigint not null,
    ticket_id bigint not null,
    kind smallint not null,
    author_kind smallint not null,
    author_id bigint,
    author_name text not null,
    body_md text not null,
    is_internal boolean not null,
    event json,
    words tsvector,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);

select kernel.isolate('tickets.message');

create index message_ticket on tickets.message (tenant_id, ticket_id, id);

-- How many tickets have a status, by queue (kind q) and by assignee (kind a, owner 0 for none). Each count is spread over slots, so that
-- writers seldom wait for each other; a slot may be negative, the sum is right.
create table tickets.tally (
    tenant_id bigint not null,
    is_test boolean not null,
    kind "char" not null,
    owner_id bigint not null,
    status_id bigint not null,
    slot smallint not null,
    count bigint not null,
    primary key (tenant_id, is_test, kind, owner_id, status_id, slot)
) with (fillfactor = 50);

select kernel.isolate('tickets.tally');

-- Whose turn it was last in each queue that takes turns.
create table tickets.turn (
    tenant_id bigint not null,
    queue_id bigint not null,
    agent_id bigint not null,
    primary key (tenant_id, queue_id)
);

select kernel.isolate('tickets.turn');

-- Words in messages, and fragments of subjects. The pending lists of new entries are kept short: merging a long one would hold up the
-- request that happens to fill it.
do $$
declare
    trigram text := kernel.extension_schema('pg_trgm');
    mixed text := kernel.extension_schema('btree_gin');
begin
    execute format('create index message_words on tickets.message using gin (tenant_id %I.int8_ops, words) with (gin_pending_list_limit = 256)', mixed);
    execute format('create index ticket_subject on tickets.ticket using gin (tenant_id %I.int8_ops, subject %I.gin_trgm_ops) with (gin_pending_list_limit = 256)', mixed, trigram);
end $$;

select kernel.open_to_definer('tickets.message'), kernel.open_to_definer('tickets.ticket');

-- The tickets that match a search. Runs as helpdesk_definer, because operators that are not leakproof may not use an index under
-- row-level security; the tenant must still be the one that is set.
create function tickets.search_ids(tenant bigint, words tsquery, fragment text, wanted int, most int) returns setof bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::bigint then
        return;
    end if;
    return query
        (select m.ticket_id from tickets.message m where m.tenant_id = tenant and m.words @@ search_ids.words limit most)
        union
        (select t.id from tickets.ticket t where t.tenant_id = tenant and t.subject ilike fragment limit most)
        union
        select t.id from tickets.ticket t where t.tenant_id = tenant and t.number = wanted;
end $$;

select kernel.give_to_definer('tickets.search_ids(bigint, tsquery, text, int, int)');
