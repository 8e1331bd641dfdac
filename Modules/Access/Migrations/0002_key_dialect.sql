-- Says the dialect too: a key counts in its own only, whatever its text looks like.
drop function access.find_key(bytea);

create function access.find_key(wanted bytea)
returns table (
    id bigint, tenant_id bigint, label text, environment text, dialect text, scopes text[], rate_per_minute int, rate_per_hour int,
    owner_name text, owner_email text, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select k.id, k.tenant_id, k.label, k.environment, k.dialect, k.scopes, k.rate_per_minute, k.rate_per_hour,
        k.owner_name, k.owner_email, k.expires_at
    from access.api_key k where k.hash = wanted and k.revoked_at is null
$$;

select kernel.give_to_definer('access.find_key(bytea)');
