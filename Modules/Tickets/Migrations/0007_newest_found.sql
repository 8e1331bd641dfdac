-- The newest tickets that match words which many messages have. Walks back from the newest message instead of gathering all that match, and
-- stops as soon as enough tickets are sure: a ticket is older than its messages, so those at or above the last message seen are all there are.
-- Answers nothing when they do not turn up soon; then all matches must be gathered. sign is the beginning of every word of the environment.
create function tickets.newest_found(tenant bigint, words tsquery, fragment text, sign tsquery, wanted int) returns setof bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    lowest bigint := 9223372036854775807;
    hits bigint[] := '{}';
begin
    if tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::bigint then
        return;
    end if;
    for round in 1..10 loop
        with next as materialized (
            select m.id, m.ticket_id,
                m.words @@ newest_found.words or (m.subject ilike fragment and m.words @@ sign) as is_hit
            from tickets.message m where m.tenant_id = tenant and m.id < lowest order by m.id desc limit 250)
        select min(next.id), hits || coalesce(array_agg(next.ticket_id) filter (where next.is_hit), '{}') into lowest, hits from next;
        exit when lowest is null;
        if (select count(distinct hit) from unnest(hits) hit where hit >= lowest) >= wanted then
            return query select distinct hit from unnest(hits) hit where hit >= lowest order by hit desc limit wanted;
            return;
        end if;
    end loop;
end $$;

select kernel.give_to_definer('tickets.newest_found(bigint, tsquery, text, tsquery, int)');
