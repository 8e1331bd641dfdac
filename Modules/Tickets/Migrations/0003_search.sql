-- Every word in the index starts with a sign of its tenant and environment: a search for the beginning of a word would otherwise walk over
-- the like words of all tenants, and one for test tickets over all live ones.

drop function tickets.search_ids(bigint, tsquery, text, int, int);

drop index tickets.message_words;

drop index tickets.ticket_subject;

-- Only in the first message of a ticket. A ticket changes with every reply, and each change of its row was one more entry of its subject
-- in the costliest of its indexes; the first message changes only with the subject.
alter table tickets.message add column subject text;

do $$
declare
    trigram text := kernel.extension_schema('pg_trgm');
    mixed text := kernel.extension_schema('btree_gin');
begin
    execute format('create index message_subject on tickets.message using gin (tenant_id %I.int8_ops, subject %I.gin_trgm_ops) '
        'with (gin_pending_list_limit = 256) where subject is not null', mixed, trigram);
end $$;

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
        (select t.id from tickets.message m join tickets.ticket t on t.tenant_id = tenant and t.id = m.ticket_id
        where m.tenant_id = tenant and m.subject ilike fragment and t.is_test = found.is_test limit most)
        union
        select t.id from tickets.ticket t where t.tenant_id = tenant and t.is_test = found.is_test and t.number = wanted;
end $$;

select kernel.give_to_definer('tickets.found(bigint, boolean, tsquery, text, int, int)');
