-- The words that are there get their sign, and the first messages the subject.

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
        update tickets.message m set
            words = tickets.words_of(ts_filter(m.words, '{d}'), sign || case when t.is_test then '.' else ':' end, ':1')
                || tickets.words_of(ts_filter(m.words, '{a}'), sign || case when t.is_test then '.' else ':' end, ':2A'),
            subject = case when not exists (
                select from tickets.message e where e.tenant_id = tenant and e.ticket_id = m.ticket_id and e.id < m.id) then t.subject end
        from tickets.ticket t
        where t.tenant_id = tenant and m.tenant_id = tenant and t.id = m.ticket_id and m.words is not null;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;

drop function tickets.words_of(tsvector, text, text);
