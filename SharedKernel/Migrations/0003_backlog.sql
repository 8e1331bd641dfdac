-- What waits in the event log, for the operator's gauges.

select kernel.open_to_definer('log.stream');

select kernel.open_to_definer('log.consumer');

-- Events that wait to be numbered, counted up to a bound, and the age of the oldest in seconds (0 when none waits).
create function log.outbox_backlog(most int) returns table (depth bigint, age double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        (select count(*) from (select from log.outbox limit most) waiting),
        coalesce((select extract(epoch from clock_timestamp() - min(at))::double precision from log.outbox), 0)
$$;

select kernel.give_to_definer('log.outbox_backlog(int)');

-- Numbered events that each consumer has not read yet, over all tenants.
create function log.feed_lag(names text[]) returns table (name text, lag bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select wanted.name, coalesce(sum(s.last_seq - coalesce(c.last_seq, 0)), 0)::bigint
    from unnest(names) wanted(name) cross join log.stream s
        left join log.consumer c on c.tenant_id = s.tenant_id and c.name = wanted.name
    group by wanted.name
$$;

select kernel.give_to_definer('log.feed_lag(text[])');
