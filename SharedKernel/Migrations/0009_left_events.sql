-- Tenants with events that have waited for their number longer than the process that wrote them needs: it died, or does not number events. Those
-- that are being written now are left to their own process; with several processes, each would number them all otherwise.
drop function log.waiting_tenants(int);

create function log.waiting_tenants(most int) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select tenant_id from log.outbox where at < clock_timestamp() - interval '2 seconds'
    group by tenant_id order by min(at) limit most
$$;

select kernel.give_to_definer('log.waiting_tenants(int)');
