-- Endpoints outside that want to hear of a tenant's events, what is to be delivered to them, and every attempt at that.

create schema webhooks;

select kernel.open_schema('webhooks');

-- Secrets are encrypted. Failures are counted often, so pages keep room for versions of their rows. failing_since is the first of the
-- failures that are counted; until quiet_until the receiver wants to be left alone.
create table webhooks.endpoint (
    tenant_id bigint not null,
    id bigint not null,
    is_test boolean not null,
    url text not null,
    subscribed_events text[] not null,
    description text,
    is_active boolean not null,
    disabled_reason text,
    consecutive_failures int not null,
    failing_since timestamptz,
    quiet_until timestamptz,
    secret bytea not null,
    previous_secret bytea,
    previous_secret_expires_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id)
) with (fillfactor = 70);

select kernel.isolate('webhooks.endpoint');

-- origin: 0 an event as it happened, 1 a test, 2 a replay. status: 0 pending, 1 succeeded, 2 failed, 3 exhausted. due_at is when the next
-- attempt is due, or, where is_held, until when a process holds the row; null when there will be none. data is there only for what the list of events does
-- not have. There is no key to the endpoint: what a deleted one leaves behind is not reachable, and forgotten with time.
create table webhooks.delivery (
    tenant_id bigint not null,
    id bigint not null,
    endpoint_id bigint not null,
    event_id bigint not null,
    event_type text not null,
    origin smallint not null,
    replay_of bigint,
    data text,
    status smallint not null,
    attempt int not null,
    due_at timestamptz,
    is_held boolean not null default false,
    created_at timestamptz not null,
    primary key (tenant_id, id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

select kernel.isolate('webhooks.delivery');

-- An event that is read again makes no second delivery.
create unique index delivery_once on webhooks.delivery (tenant_id, endpoint_id, event_id) where origin = 0;

create index delivery_newest on webhooks.delivery (tenant_id, endpoint_id, id);

-- Nearly all succeed; the others are looked for.
create index delivery_other on webhooks.delivery (tenant_id, endpoint_id, status, id) where status <> 1;

create index delivery_due on webhooks.delivery (tenant_id, endpoint_id, due_at) where due_at is not null;

create index delivery_created_at on webhooks.delivery using brin (created_at) with (pages_per_range = 16, autosummarize = on);

create table webhooks.attempt (
    tenant_id bigint not null,
    delivery_id bigint not null,
    number int not null,
    at timestamptz not null,
    response_status int,
    latency_ms int not null,
    response_body text,
    error text,
    primary key (tenant_id, delivery_id, number)
);

select kernel.isolate('webhooks.attempt');

select kernel.open_to_definer('webhooks.delivery'), kernel.open_to_definer('webhooks.attempt');

grant delete on webhooks.delivery, webhooks.attempt to helpdesk_definer;

-- Endpoints with a delivery that waits, behind a place, in the order of the index, and whether one is due. Steps from endpoint to endpoint
-- along it, so that one with a long queue costs no more than another; and no more steps than wanted, however many wait for tomorrow only.
create function webhooks.due_endpoints(after_tenant bigint, after_endpoint bigint, now timestamptz, most int)
returns table (tenant_id bigint, endpoint_id bigint, is_due boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with recursive waiting as (
        (select d.tenant_id, d.endpoint_id, d.due_at from webhooks.delivery d
        where d.due_at is not null and (d.tenant_id, d.endpoint_id) > (after_tenant, after_endpoint)
        order by d.tenant_id, d.endpoint_id, d.due_at limit 1)
        union all
        select next.tenant_id, next.endpoint_id, next.due_at from waiting cross join lateral (
            select d.tenant_id, d.endpoint_id, d.due_at from webhooks.delivery d
            where d.due_at is not null and (d.tenant_id, d.endpoint_id) > (waiting.tenant_id, waiting.endpoint_id)
            order by d.tenant_id, d.endpoint_id, d.due_at limit 1) next)
    select waiting.tenant_id, waiting.endpoint_id, waiting.due_at <= due_endpoints.now from waiting limit most
$$;

select kernel.give_to_definer('webhooks.due_endpoints(bigint, bigint, timestamptz, int)');

-- Deliveries that wait for an attempt, counted up to a bound, and for how many seconds the longest due among them is due (0 when none is).
create function webhooks.delivery_backlog(most int) returns table (depth bigint, age double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*), greatest(0, coalesce(extract(epoch from clock_timestamp() - min(waiting.due_at))::double precision, 0))
    from (select d.due_at from webhooks.delivery d where d.due_at is not null limit most) waiting
$$;

select kernel.give_to_definer('webhooks.delivery_backlog(int)');

-- Forgets some of the deliveries that are done with, and the attempts at them; answers how many deliveries.
create function webhooks.forget(before timestamptz, most int) returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with old as (
        select d.tenant_id, d.id from webhooks.delivery d where d.due_at is null and d.created_at < before limit most),
    gone as (
        delete from webhooks.delivery d using old where d.tenant_id = old.tenant_id and d.id = old.id returning d.tenant_id, d.id),
    attempts as (
        delete from webhooks.attempt a using gone where a.tenant_id = gone.tenant_id and a.delivery_id = gone.id returning 1)
    select count(*) from gone
$$;

select kernel.give_to_definer('webhooks.forget(timestamptz, int)');
