-- Tenants with numbered events that one of the consumers has not read and that nobody is letting it read at the moment. In no order, so
-- that tenants whose consumers fail time and again do not keep the others out.
create function log.tenants_behind(names text[], now timestamptz, most int) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.tenant_id from log.stream s
    where s.last_seq > 0 and exists (
        select from unnest(names) wanted(name)
            left join log.consumer c on c.tenant_id = s.tenant_id and c.name = wanted.name
        where c.name is null or (c.last_seq < s.last_seq and c.leased_until < tenants_behind.now))
    order by random() limit most
$$;

select kernel.give_to_definer('log.tenants_behind(text[], timestamptz, int)');
