-- The keys that tenants' secrets (webhook signing secrets, provider keys) are encrypted with, as the server's master key wraps them.
-- They serve all tenants: a row names none.
create table kernel.key_ring (
    id bigint generated always as identity primary key,
    name text not null,
    element text not null,
    created_at timestamptz not null default now()
);

grant select, insert on kernel.key_ring to helpdesk_app;
