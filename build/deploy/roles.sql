-- Makes the roles of Helpdesk on a new database, as a superuser (of a managed PostgreSQL: as its administrator), on that database:
--   psql -d helpdesk -v owner=PASSWORD -v server=PASSWORD -f roles.sql
-- Then: "migrate" signs in helpdesk_owner, "serve" signs in helpdesk_server. PostgreSQL 15 or later.

-- What the server may do, and the owner of the few functions that look across tenants. Nobody signs in as either.
create role helpdesk_app nologin;
create role helpdesk_definer nologin;

-- Owns the schema. createrole is needed by the first migration only, and may be taken away after it.
create role helpdesk_owner login createrole password :'owner';
grant helpdesk_definer to helpdesk_owner with admin option;

-- The server: owns nothing, so row-level security binds it. Nothing that it does takes long.
create role helpdesk_server login password :'server';
grant helpdesk_app to helpdesk_server;
alter role helpdesk_server set lock_timeout = '5s';
alter role helpdesk_server set statement_timeout = '30s';
alter role helpdesk_server set idle_in_transaction_session_timeout = '60s';
alter role helpdesk_server set jit = off;

select format('alter database %I owner to helpdesk_owner', current_database()) \gexec
select format('revoke all on database %I from public', current_database()) \gexec
select format('grant connect on database %I to helpdesk_app, helpdesk_owner', current_database()) \gexec
