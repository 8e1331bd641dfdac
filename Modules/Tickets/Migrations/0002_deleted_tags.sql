-- Tags that were deleted and that tickets may still name. No reader resolves such an id any more; a sweeper takes it out of the rows and
-- forgets it here, some time after the last request that may not have heard of the deletion.
create table tickets.deleted_tag (
    tenant_id bigint not null,
    tag_id bigint not null,
    deleted_at timestamptz not null,
    sweep_at timestamptz not null,
    primary key (tenant_id, tag_id)
);

select kernel.isolate('tickets.deleted_tag');

select kernel.open_to_definer('tickets.deleted_tag');

-- The deleted tags of all tenants whose sweep is due, the longest waiting first.
create function tickets.tags_to_sweep(now timestamptz, most int) returns table (tenant_id bigint, tag_id bigint, deleted_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select d.tenant_id, d.tag_id, d.deleted_at from tickets.deleted_tag d where d.sweep_at <= tags_to_sweep.now
    order by d.sweep_at limit most
$$;

select kernel.give_to_definer('tickets.tags_to_sweep(timestamptz, int)');

-- Tickets are counted by tag too (kind t, status 0), for tickets that are here already as well.
select kernel.open_to_definer('tickets.ticket_tag');

do $$
declare
    tenant bigint;
    tenants bigint[];
begin
    perform set_config('role', 'helpdesk_definer', true);
    tenants := array(select distinct g.tenant_id from tickets.ticket_tag g);
    perform set_config('role', 'none', true);
    foreach tenant in array tenants loop
        perform kernel.use_tenant(tenant);
        insert into tickets.tally (tenant_id, is_test, kind, owner_id, status_id, slot, count)
        select tenant, t.is_test, 't', g.tag_id, 0, 0, count(*)
        from tickets.ticket_tag g join tickets.ticket t on t.tenant_id = g.tenant_id and t.id = g.ticket_id
        where g.tenant_id = tenant and t.tenant_id = tenant
        group by t.is_test, g.tag_id;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
