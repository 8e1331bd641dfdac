create schema audit;

select kernel.open_schema('audit');

-- What makes the log provable: each row covers the next run of a tenant's feed, and stands on the row before it. members holds, for each
-- event of the run, its id and the hash of what the log says of it; it is empty for runs whose events retention has dropped.
create table audit.seal (
    tenant_id bigint not null,
    first_seq bigint not null,
    last_seq bigint not null,
    newest_id bigint not null,
    members bytea,
    root bytea not null,
    hash bytea not null,
    at timestamptz not null,
    primary key (tenant_id, first_seq)
);

select kernel.isolate('audit.seal');

-- Seals that the server signed, with a key that the database does not have. before_id tells what retention may have dropped.
create table audit.checkpoint (
    tenant_id bigint not null,
    number int not null,
    seq bigint not null,
    hash bytea not null,
    before_id bigint not null,
    at timestamptz not null,
    key_id text not null,
    signature bytea not null,
    primary key (tenant_id, number)
);

select kernel.isolate('audit.checkpoint');

select kernel.open_to_definer('audit.checkpoint');

-- The events that programs outside may see, as they are told.
create table audit.published (
    tenant_id bigint not null,
    id bigint not null,
    event_id bigint not null,
    type text not null,
    is_test boolean not null,
    at timestamptz not null,
    data text not null,
    primary key (tenant_id, id)
);

create index published_order on audit.published (tenant_id, is_test, id);

create index published_type on audit.published (tenant_id, is_test, type, id);

create unique index published_event on audit.published (tenant_id, event_id) include (id);

select kernel.isolate('audit.published');

-- Tenants with events after their last checkpoint, which is older than due.
create function audit.tenants_to_sign(due timestamptz, most int) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.tenant_id from log.stream s left join lateral (
        select c.seq, c.at from audit.checkpoint c where c.tenant_id = s.tenant_id order by c.number desc limit 1) last on true
    where s.last_seq > coalesce(last.seq, 0) and coalesce(last.at < due, true)
    order by random() limit most
$$;

select kernel.give_to_definer('audit.tenants_to_sign(timestamptz, int)');
