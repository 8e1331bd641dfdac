-- Bulk imports work as helpdesk_import. COPY refuses tables whose rows are walled, so this role passes the walls; it owns nothing, and
-- nobody signs in as it: the owner of the schema takes it on with "set role". A migrating role that may not make it goes without, and
-- so do bulk imports.
do $$
begin
    if not exists (select from pg_roles where rolname = 'helpdesk_import') then
        create role helpdesk_import nologin bypassrls;
    end if;
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant helpdesk_import to %I', current_user);
    end if;
exception
    when insufficient_privilege then
        raise notice 'The role helpdesk_import was not made, so bulk imports are not possible: %', sqlerrm;
    when duplicate_object or unique_violation then null;
end $$;

-- Lets bulk imports add rows to a table and read them; called for the tables that an import fills.
create function kernel.open_to_import(name text) returns void language plpgsql as $$
begin
    execute format('grant usage on schema %I to helpdesk_import', split_part(name, '.', 1));
    execute format('grant select, insert on %s to helpdesk_import', name);
end $$;

revoke all on function kernel.open_to_import(text) from public;

-- Indexes that a bulk import has taken off an empty table and not yet built again, so that an import that was killed can be mended.
create table kernel.shelved_index (
    name text primary key,
    definition text not null
);
