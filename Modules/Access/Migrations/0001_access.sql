-- Who may come in: the directory of tenants and their API keys. Small, read from memory, never spread over machines.

create schema access;

select kernel.open_schema('access');

create table access.tenant (
    tenant_id bigint primary key,
    slug text not null,
    name text not null,
    plan text not null check (plan in ('starter', 'pro', 'creator-plus', 'sovereign')),
    is_disabled boolean not null default false,
    rate_per_minute int,
    rate_per_hour int,
    allowed_origins text[] not null default '{}',
    created_at timestamptz not null,
    constraint tenant_slug_key unique (slug)
);

select kernel.isolate('access.tenant'), kernel.open_to_definer('access.tenant');

revoke insert, update, delete on access.tenant from helpdesk_app;

-- Only the hash of a key is kept; its first characters stay readable, so that people can tell keys apart.
create table access.api_key (
    tenant_id bigint not null,
    id bigint not null,
    label text not null,
    environment text not null check (environment in ('live', 'test')),
    dialect text not null,
    prefix text not null,
    hash bytea not null,
    scopes text[] not null,
    rate_per_minute int,
    rate_per_hour int,
    owner_name text not null,
    owner_email text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    last_used_ip text,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);

create index api_key_hash on access.api_key (hash);

select kernel.isolate('access.api_key'), kernel.open_to_definer('access.api_key');

revoke insert, update, delete on access.api_key from helpdesk_app;

grant update (last_used_at, last_used_ip) on access.api_key to helpdesk_app;

create function access.find_tenant(wanted_slug text, wanted_id bigint)
returns table (id bigint, slug text, name text, plan text, rate_per_minute int, rate_per_hour int, allowed_origins text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.tenant_id, t.slug, t.name, t.plan, t.rate_per_minute, t.rate_per_hour, t.allowed_origins
    from access.tenant t where (t.slug = wanted_slug or t.tenant_id = wanted_id) and not t.is_disabled
$$;

select kernel.give_to_definer('access.find_tenant(text, bigint)');

create function access.find_key(wanted bytea)
returns table (
    id bigint, tenant_id bigint, label text, environment text, scopes text[], rate_per_minute int, rate_per_hour int,
    owner_name text, owner_email text, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select k.id, k.tenant_id, k.label, k.environment, k.scopes, k.rate_per_minute, k.rate_per_hour,
        k.owner_name, k.owner_email, k.expires_at
    from access.api_key k where k.hash = wanted and k.revoked_at is null
$$;

select kernel.give_to_definer('access.find_key(bytea)');

create function access.all_tenants()
returns table (id bigint, slug text, name text, plan text, is_disabled boolean, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.tenant_id, t.slug, t.name, t.plan, t.is_disabled, t.created_at from access.tenant t order by t.slug
$$;

select kernel.give_to_definer('access.all_tenants()');

revoke execute on function access.all_tenants() from helpdesk_app;
