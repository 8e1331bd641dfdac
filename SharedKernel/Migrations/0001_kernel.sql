-- What every module stands on. Statements end with a semicolon; each is sent by itself.

create schema if not exists kernel;

create schema if not exists log;

-- The server signs in as a member of helpdesk_app, which owns nothing. helpdesk_definer owns the few functions that must look
-- across tenants or past row-level security's choice of indexes; nobody signs in as it.
create function kernel.ensure_role(name text) returns void language plpgsql as $$
begin
    execute format('create role %I nologin', name);
exception
    when duplicate_object or unique_violation then null;
end $$;

select kernel.ensure_role('helpdesk_app'), kernel.ensure_role('helpdesk_definer');

do $$
begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant helpdesk_definer to %I', current_user);
    end if;
exception
    when others then raise exception 'The migrating role must be a superuser or may grant helpdesk_definer to itself: %', sqlerrm;
end $$;

grant usage on schema kernel, log to helpdesk_app, helpdesk_definer;

-- Sets the tenant until the transaction ends.
create function kernel.use_tenant(tenant bigint) returns text language sql volatile as $$
    select set_config('app.tenant_id', tenant::text, true)
$$;

-- On Citus a new table is spread by its tenant; on plain PostgreSQL there is nothing to do.
create function kernel.distribute(name text) returns void language plpgsql as $$
begin
    if exists (select from pg_extension where extname = 'citus') then
        execute format('select create_distributed_table(%L, ''tenant_id'')', name);
    end if;
end $$;

-- The wall between tenants: forced row-level security, and no more than reading and writing rows for the server.
create function kernel.isolate(name text) returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('create policy tenant on %s using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::bigint)', name);
    execute format('grant select, insert, update, delete on %s to helpdesk_app', name);
    perform kernel.distribute(name);
end $$;

-- Lets helpdesk_definer see all rows of a table; for the functions it owns.
create function kernel.open_to_definer(name text) returns void language plpgsql as $$
begin
    execute format('create policy definer on %s to helpdesk_definer using (true)', name);
    execute format('grant select on %s to helpdesk_definer', name);
    execute format('grant usage on schema %I to helpdesk_definer', split_part(name, '.', 1));
end $$;

-- Makes a schema the server's to use.
create function kernel.open_schema(name text) returns void language plpgsql as $$
begin
    execute format('grant usage on schema %I to helpdesk_app', name);
end $$;

-- Makes a function run as helpdesk_definer, callable by the server only.
create function kernel.give_to_definer(signature text) returns void language plpgsql as $$
declare
    home text := split_part(signature, '.', 1);
begin
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to helpdesk_app, %I', signature, current_user);
    execute format('grant usage, create on schema %I to helpdesk_definer', home);
    execute format('alter function %s owner to helpdesk_definer', signature);
    execute format('revoke create on schema %I from helpdesk_definer', home);
end $$;

-- Makes an extension's objects reachable, wherever it was or is installed; answers its schema.
create function kernel.extension_schema(name text) returns text language plpgsql as $$
begin
    execute format('create extension if not exists %I with schema public', name);
    return (select extnamespace::regnamespace::text from pg_extension where extname = name);
end $$;

-- Ends the transaction when a row that a decision stood on has changed meanwhile; the caller decides again.
create function kernel.expect_one(rows bigint) returns void language plpgsql as $$
begin
    if rows <> 1 then
        raise exception 'changed meanwhile' using errcode = 'serialization_failure';
    end if;
end $$;

-- Numbers that a tenant counts up, such as the ticket's. A row is written often, so its page keeps room for its versions.
create table kernel.counter (
    tenant_id bigint not null,
    name text not null,
    value int not null,
    primary key (tenant_id, name)
) with (fillfactor = 20);

select kernel.isolate('kernel.counter');

-- Replies remembered under a client's retry key.
create table kernel.idempotency (
    tenant_id bigint not null,
    caller_id bigint not null,
    identity uuid not null,
    fingerprint uuid not null,
    status int not null,
    reply text not null,
    late_token text,
    late_number int,
    created_at timestamptz not null,
    primary key (tenant_id, caller_id, identity)
);

create index idempotency_created_at on kernel.idempotency using brin (created_at) with (pages_per_range = 16, autosummarize = on);

select kernel.isolate('kernel.idempotency');

select kernel.open_to_definer('kernel.idempotency');

grant delete on kernel.idempotency to helpdesk_definer;

create function kernel.forget_idempotency(before timestamptz) returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (delete from kernel.idempotency where created_at < before returning 1)
    select count(*) from gone
$$;

select kernel.give_to_definer('kernel.forget_idempotency(timestamptz)');

-- One known row, read back at start: proves that the tenant set in a batch really opens the tenant's rows, and only those.
create table kernel.probe (
    tenant_id bigint not null,
    id bigint not null,
    primary key (tenant_id, id)
);

insert into kernel.probe (tenant_id, id) values (0, 1);

select kernel.isolate('kernel.probe');

-- Node numbers for ids, leased by processes. clock_ms is the last instant whose ids the holder may have given.
create table kernel.node (
    number int primary key,
    owner uuid not null,
    expires_at timestamptz not null,
    clock_ms bigint not null
);

grant select, insert, update on kernel.node to helpdesk_app;

-- The event log: one row for every change. Partitioned by time, which the id carries.
create table log.event (
    tenant_id bigint not null,
    id bigint not null,
    event_key text not null,
    actor_kind smallint not null,
    actor_id bigint not null,
    actor_label text not null,
    ip text,
    is_test boolean not null,
    subject_type text not null,
    subject_id bigint not null,
    ticket_id bigint,
    changes jsonb,
    payload jsonb,
    at timestamptz not null,
    primary key (tenant_id, id)
) partition by range (id);

select kernel.isolate('log.event');

-- A partition read by its own name would bypass the parent's policy, so each has the wall too, and the server no grant on it.
create function log.ensure_partition(name text, from_id bigint, to_id bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if name !~ '^event_[0-9]{4}_[0-9]{2}$' then
        raise exception 'not a name of a partition: %', name;
    end if;
    if to_regclass('log.' || name) is not null then
        return false;
    end if;
    execute format('create table log.%I partition of log.event for values from (%s) to (%s)', name, from_id, to_id);
    execute format('alter table log.%I enable row level security', name);
    execute format('alter table log.%I force row level security', name);
    execute format('create policy tenant on log.%I using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::bigint)', name);
    return true;
exception
    when duplicate_table then return false;
end $$;

revoke all on function log.ensure_partition(text, bigint, bigint) from public;

grant execute on function log.ensure_partition(text, bigint, bigint) to helpdesk_app;

-- Events that are committed and not yet numbered. Rows come and go, so it is cleaned often.
create table log.outbox (
    tenant_id bigint not null,
    event_id bigint not null,
    at timestamptz not null,
    primary key (tenant_id, event_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0);

select kernel.isolate('log.outbox');

select kernel.open_to_definer('log.outbox');

-- One row for each tenant: the lease of the one who numbers its events, and the last number given.
create table log.stream (
    tenant_id bigint not null,
    id bigint not null,
    last_seq bigint not null,
    primary key (tenant_id, id)
) with (fillfactor = 20);

select kernel.isolate('log.stream');

-- The events of a tenant in the order that consumers see, numbered without gaps.
create table log.feed (
    tenant_id bigint not null,
    id bigint not null,
    event_id bigint not null,
    at timestamptz not null,
    primary key (tenant_id, id)
);

select kernel.isolate('log.feed');

-- How far each consumer has read each tenant's feed, and who reads for it now.
create table log.consumer (
    tenant_id bigint not null,
    name text not null,
    last_seq bigint not null,
    leased_until timestamptz not null,
    primary key (tenant_id, name)
) with (fillfactor = 20);

select kernel.isolate('log.consumer');

-- Tenants whose events wait to be numbered, the longest waiting first.
create function log.waiting_tenants(most int) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select tenant_id from log.outbox group by tenant_id order by min(at) limit most
$$;

select kernel.give_to_definer('log.waiting_tenants(int)');

-- The age of the oldest event that waits, in seconds; null when none does.
create function log.outbox_age() returns double precision
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select extract(epoch from clock_timestamp() - min(at))::double precision from log.outbox
$$;

select kernel.give_to_definer('log.outbox_age()');
