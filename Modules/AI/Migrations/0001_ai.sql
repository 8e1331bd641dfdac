-- What tenants let models do and cost, and what was asked of them.

create schema ai;

select kernel.open_schema('ai');

-- A row for each tenant that was ever set up. The key is encrypted; its version tells a call that another key is in force by now.
create table ai.setting (
    tenant_id bigint not null,
    key bytea,
    key_version int not null,
    key_set_at timestamptz,
    model text not null,
    models jsonb not null,
    features text[] not null,
    cap_micros bigint not null check (cap_micros >= 0),
    per_minute int not null check (per_minute >= 0),
    version int not null,
    updated_at timestamptz not null,
    primary key (tenant_id)
);

select kernel.isolate('ai.setting');

-- Operators set it up; the server only reads it.
revoke insert, update, delete on ai.setting from helpdesk_app;

-- What a tenant has spent in a month (202611), calls under way at their worst price, and how many it began in the last minute of it.
create table ai.spend (
    tenant_id bigint not null,
    month int not null,
    spent_micros bigint not null,
    minute bigint not null,
    calls int not null,
    primary key (tenant_id, month)
) with (fillfactor = 20);

select kernel.isolate('ai.spend');

-- Every call of a model. Written before the call at its worst price, with the status "started"; one whose process died becomes "lost" later.
create table ai.feature_usage (
    tenant_id bigint not null,
    id bigint not null,
    feature text not null,
    ticket_id bigint,
    actor_kind smallint not null,
    actor_id bigint not null,
    is_test boolean not null,
    model text not null,
    prompt_tokens int not null,
    completion_tokens int not null,
    cost_micros bigint not null,
    status text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id)
) with (fillfactor = 80);

select kernel.isolate('ai.feature_usage');

create index feature_usage_started on ai.feature_usage (tenant_id, id) where status = 'started';

-- Tenants with calls whose process died; in no order, so that none keeps the others out.
create function ai.tenants_with_abandoned_calls(before timestamptz, most int) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select abandoned.tenant_id from (
        select distinct u.tenant_id from ai.feature_usage u where u.status = 'started' and u.created_at < before) abandoned
    order by random() limit most
$$;

select kernel.open_to_definer('ai.feature_usage');

select kernel.give_to_definer('ai.tenants_with_abandoned_calls(timestamptz, int)');
