-- Runs a statement of a migration for each tenant that has rows in a table, with the tenant set and its id as $1. The walls between tenants
-- hold for the owner of the schema too, so that rows which are there already can only be changed tenant by tenant.
create function kernel.for_each_tenant(name text, statement text) returns void language plpgsql as $$
declare
    tenant bigint;
    tenants bigint[];
begin
    perform set_config('role', 'helpdesk_definer', true);
    execute format('select array(select distinct t.tenant_id from %s t)', name) into tenants;
    perform set_config('role', 'none', true);
    foreach tenant in array tenants loop
        perform kernel.use_tenant(tenant);
        execute statement using tenant;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;

revoke all on function kernel.for_each_tenant(text, text) from public;
