-- outside a transaction

-- What the audit log is filtered by. The place in the log comes last in each, so that a page of any filter is one range of one index, and
-- the log without a filter is the four sorts of actors merged. Each partition's index is built beside its writers.
create index if not exists event_actor on only log.event (tenant_id, is_test, actor_kind, id);

create index if not exists event_key on only log.event (tenant_id, is_test, event_key, actor_kind, id);

create index if not exists event_ticket on only log.event (tenant_id, ticket_id, id) where ticket_id is not null;

-- for each partition of log.event without event_actor
drop index concurrently if exists log.{partition}_actor;

-- for each partition of log.event without event_actor
create index concurrently {partition}_actor on log.{partition} (tenant_id, is_test, actor_kind, id);

-- for each partition of log.event without event_actor
alter index log.event_actor attach partition log.{partition}_actor;

-- for each partition of log.event without event_key
drop index concurrently if exists log.{partition}_key;

-- for each partition of log.event without event_key
create index concurrently {partition}_key on log.{partition} (tenant_id, is_test, event_key, actor_kind, id);

-- for each partition of log.event without event_key
alter index log.event_key attach partition log.{partition}_key;

-- for each partition of log.event without event_ticket
drop index concurrently if exists log.{partition}_ticket;

-- for each partition of log.event without event_ticket
create index concurrently {partition}_ticket on log.{partition} (tenant_id, ticket_id, id) where ticket_id is not null;

-- for each partition of log.event without event_ticket
alter index log.event_ticket attach partition log.{partition}_ticket;

-- A partition is made by itself and attached then: "create … partition of" would hold up all writers and wait for the longest reader.
create or replace function log.ensure_partition(name text, from_id bigint, to_id bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if name !~ '^event_[0-9]{4}_[0-9]{2}$' then
        raise exception 'not a name of a partition: %', name;
    end if;
    if exists (select from pg_inherits where inhrelid = to_regclass('log.' || name) and inhparent = 'log.event'::regclass) then
        return false;
    end if;
    execute format('create table if not exists log.%I (like log.event including defaults including constraints)', name);
    execute format('alter table log.%I enable row level security', name);
    execute format('alter table log.%I force row level security', name);
    execute format('drop policy if exists tenant on log.%I', name);
    execute format('create policy tenant on log.%I using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::bigint)', name);
    execute format('alter table log.event attach partition log.%I for values from (%s) to (%s)', name, from_id, to_id);
    return true;
exception
    when duplicate_table then return false;
end $$;
