-- Every word in the index starts with a sign of its tenant and environment: a search for the beginning of a word would otherwise walk over
-- the like words of all tenants, and one for test tickets over all live ones. The words that are there get their sign.

drop function tickets.search_ids(bigint, tsquery, text, int, int);

drop index tickets.message_words;

create function tickets.words_of(vector tsvector, sign text, weight text) returns tsvector language sql immutable as $$
    select coalesce(string_agg('''' || sign || replace(replace(w.lexeme, '\', '\\'), '''', '''''') || '''' || weight, ' '), '')::tsvector
    from unnest(vector) w
$$;

do $$
declare
    tenant bigint;
    tenants bigint[];
    sign text;
begin
    perform set_config('role', 'helpdesk_definer', true);
    tenants := array(select distinct m.tenant_id from tickets.message m);
    perform set_config('role', 'none', true);
    foreach tenant in array tenants loop
        perform kernel.use_tenant(tenant);
        sign := to_hex(tenant / 4096 % 16777213);
        update tickets.message m set words =
            tickets.words_of(ts_filter(m.words, '{d}'), sign || case when t.is_test then '.' else ':' end, ':1')
            || tickets.words_of(ts_filter(m.words, '{a}'), sign || case when t.is_test then '.' else ':' end, ':2A')
        from tickets.ticket t
        where t.tenant_id = tenant and m.tenant_id = tenant and t.id = m.ticket_id and m.words is not null;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;

drop function tickets.words_of(tsvector, text, text);

-- The tickets of one environment that match a search: by words of their messages, a fragment of the subject, or their number. Where more
-- messages match than are wanted, the newest count. Runs as helpdesk_definer, because operators that are not leakproof may not use an
-- index under row-level security; the tenant must still be the one that is set.
create function tickets.found(tenant bigint, is_test boolean, words tsquery, fragment text, wanted int, most int) returns setof bigint
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
-- The planner takes the beginning of a word for a common one, whatever it is, and would read the tenant's whole primary key to narrow it down.
set cpu_index_tuple_cost = 1 as $$
begin
    if tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::bigint then
        return;
    end if;
    return query
        with said as materialized (
            select m.id, m.ticket_id from tickets.message m where m.tenant_id = tenant and m.words @@ found.words)
        (select said.ticket_id from said order by said.id desc limit most)
        union
        (select t.id from tickets.ticket t where t.tenant_id = tenant and t.is_test = found.is_test and t.subject ilike fragment limit most)
        union
        select t.id from tickets.ticket t where t.tenant_id = tenant and t.is_test = found.is_test and t.number = wanted;
end $$;

select kernel.give_to_definer('tickets.found(bigint, boolean, tsquery, text, int, int)');
