-- The __plural__ of a tenant.
create table __module__.__noun__ (
    tenant_id bigint not null,
    id bigint not null,
    name text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id)
);

select kernel.isolate('__module__.__noun__');
